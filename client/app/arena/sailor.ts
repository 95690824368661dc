// Sailor: keeps what frames tell of the arena and makes a picture of it for any moment: one's own
// ship ahead of the server, everybody else a little behind. It steers through the seat, draws nothing.

import { isBot } from "../../../shared/games/arenaBots.ts";
import { shotAt } from "../../../shared/games/arenaFight.ts";
import { courseOf, TICK_MS } from "../../../shared/games/arenaMotion.ts";
import { DASH_MS, HULL_MAX, pointOf, SEATS_MAX } from "../../../shared/games/arenaRecords.ts";
import { type Point, SEA } from "../../../shared/games/arenaSea.ts";
import type { ArenaSeat } from "../tables.ts";
import { arenaTexts } from "./arenaTexts.ts";
import { type Pose, Track } from "./interpolation.ts";
import { Lead } from "./lead.ts";
import { type Guns, OwnShots, type Shot } from "./ownShots.ts";
import type { Picture, PicturedShip, PicturedShot } from "./picture.ts";
import { Prediction } from "./prediction.ts";
import { RoomClock } from "./roomClock.ts";
import type { Steer } from "./steering.ts";

type View = ArenaSeat["state"];
type Ship = NonNullable<ReturnType<View["ships"]["get"]>>;

/** Over this time of its flight a shot of one's own moves from the own ship's time to the others'. */
const SHOT_BLEND_MS = 600;

export class Sailor {
  readonly #seat: ArenaSeat;
  readonly #clock = new RoomClock();
  readonly #lead = new Lead();
  readonly #prediction = new Prediction();
  readonly #shots = new OwnShots();
  #tracks = new Map<number, Track>();
  #frameMs = -1;
  #steer: Steer | undefined;
  /** Room time at which a dash that was asked for and is not told of yet will end. */
  #hopedDashUntilMs = 0;
  #centre: Point = { x: SEA.width / 2, y: SEA.height / 2 };

  constructor(seat: ArenaSeat) {
    this.#seat = seat;
  }

  /** One's own ship as told; undefined for a watcher. */
  get ship(): Ship | undefined {
    const { index, state } = this.#seat;
    return index === undefined ? undefined : state.ships.get(index);
  }

  /** Takes in the newest frame, if there is one. */
  hear(pageMs: number): void {
    const { frameMs, state, index, inputSeen } = this.#seat;
    if (frameMs === this.#frameMs) return;
    this.#frameMs = frameMs;
    this.#clock.arrived(frameMs, pageMs);
    this.#lead.seen(inputSeen, frameMs);
    const tracks = new Map<number, Track>();
    for (const ship of state.ships) {
      const pose = toldPose(state, ship);
      if (pose === undefined) continue;
      if (ship.id === index) this.#reconcile(ship, pose);
      const track = this.#tracks.get(ship.id) ?? new Track();
      track.add(frameMs, { ...pose, course: courseOf(pose.heading) });
      tracks.set(ship.id, track);
    }
    // Whoever is out of sight is forgotten: what comes back has not sailed there in a straight line.
    this.#tracks = tracks;
  }

  /** The player dashes: the ship is off before the server has said so. */
  dash(pageMs: number): () => void {
    this.#hopedDashUntilMs = this.#ownMs(pageMs) + DASH_MS;
    return () => {
      this.#hopedDashUntilMs = 0;
    };
  }

  /** Does what the player steers, and shows the moment. */
  picture(pageMs: number, steer: Steer): Picture {
    this.hear(pageMs);
    const othersMs = this.#clock.at(pageMs) - this.#clock.delayMs(TICK_MS);
    const ownMs = this.#ownMs(pageMs);
    const own = this.#sail(pageMs, ownMs, steer);
    if (own !== undefined) this.#centre = own;
    const { state } = this.#seat;
    return {
      pageMs,
      centre: this.#centre,
      ships: this.#ships(othersMs, own),
      sunk: [...state.ships].filter((ship) => ship.state === "sunk").map(({ id }) => id),
      shots: [...this.#toldShots(othersMs, ownMs), ...this.#foreseenShots(othersMs, ownMs)],
      mines: [...state.mines].map(({ id, x, y, by }) => ({
        id,
        x,
        y,
        isOwn: by === this.#seat.index,
      })),
      pearls: [...state.pearls].map(({ id, x, y }) => ({ id, x, y })),
      isFinished: state.round.phase === "finished",
    };
  }

  /** Whether one's own ship is under way, so that steering means something. */
  get isSailing(): boolean {
    const state = this.ship?.state;
    return state === "afloat" || state === "hidden";
  }

  get #guns(): Guns {
    return { level: this.ship?.guns ?? 0, charges: this.ship?.charges ?? 0 };
  }

  #reconcile(ship: Ship, pose: Told): void {
    const dashesUntilMs = [ship.dashUntilMs, this.#hopedDashUntilMs].filter((atMs) => atMs > 0);
    this.#prediction.setRig({ sailLevel: ship.sail, dashesUntilMs });
    this.#prediction.reconcile({ frameMs: this.#frameMs, ...pose });
  }

  #ownMs(pageMs: number): number {
    return this.#clock.at(pageMs) + this.#lead.at(pageMs, this.#seat.roundTripMs);
  }

  #sail(pageMs: number, ownMs: number, steer: Steer): Pose | undefined {
    if (!this.isSailing) return undefined;
    this.#order(ownMs, steer);
    this.#prediction.advance(ownMs, steer);
    const pose = this.#prediction.draw(ownMs, pageMs, steer);
    if (pose !== undefined && steer.fire) this.#shots.pull(ownMs, pose, this.#guns);
    return pose;
  }

  #order(ownMs: number, steer: Steer): void {
    const isNew =
      steer.heading !== this.#steer?.heading ||
      steer.thrust !== this.#steer.thrust ||
      steer.fire !== this.#steer.fire;
    if (!isNew) return;
    this.#steer = steer;
    this.#lead.sent(this.#seat.input.steer(steer), ownMs);
  }

  #ships(othersMs: number, own: Pose | undefined): readonly PicturedShip[] {
    const { state, index, frameMs, seats } = this.#seat;
    const away = new Set(
      seats.filter(({ presence }) => presence === "away").map((each) => each.index),
    );
    const pictured: PicturedShip[] = [];
    for (const ship of state.ships) {
      const isOwn = ship.id === index;
      const pose = isOwn && own !== undefined ? own : this.#tracks.get(ship.id)?.at(othersMs);
      if (pose === undefined) continue;
      const { x, y, course } = pose;
      pictured.push({
        x,
        y,
        course,
        seat: ship.id,
        label: this.label(ship.id),
        isOwn,
        hull: ship.hull,
        hullMax: HULL_MAX + ship.planks,
        isHidden: ship.state === "hidden",
        isAway: away.has(ship.id),
        isSafe: ship.safeUntilMs > frameMs,
        isDashing: ship.dashUntilMs > frameMs,
      });
    }
    return pictured;
  }

  /** What a ship is called: its own name, or its player's or bot's. */
  label(seat: number): string {
    const title = this.#seat.state.ships.get(seat)?.title ?? "";
    if (title !== "") return title;
    if (isBot(seat)) return arenaTexts.bots[seat - SEATS_MAX] ?? arenaTexts.bot;
    return this.#seat.seats.find(({ index }) => index === seat)?.name ?? "";
  }

  #toldShots(othersMs: number, ownMs: number): readonly PicturedShot[] {
    const shots: PicturedShot[] = [];
    for (const shot of this.#seat.state.shots) {
      const isOwn = shot.by === this.#seat.index;
      const atMs = isOwn ? blendedMs(shot, othersMs, ownMs) : othersMs;
      if (atMs >= shot.bornMs) shots.push({ id: shot.id, ...flying(shot, shot.by, atMs) });
    }
    return shots;
  }

  #foreseenShots(othersMs: number, ownMs: number): readonly PicturedShot[] {
    const { index, state } = this.#seat;
    if (index === undefined) return [];
    const told = [...state.shots].filter(({ by }) => by === index);
    const waiting = this.#shots.waiting(told, ownMs, this.#guns);
    return waiting.map((shot) => ({
      id: undefined,
      ...flying(shot, index, blendedMs(shot, othersMs, ownMs)),
    }));
  }
}

interface Told extends Point {
  readonly heading: number;
}

/** Where the server says a ship is, as far as it tells us; undefined for one that is out of sight. */
function toldPose(state: View, ship: Ship): Told | undefined {
  if (ship.state === "sunk") return undefined;
  if (ship.state === "hidden") {
    const lurker = state.lurkers.get(ship.id);
    return lurker === undefined ? undefined : { x: lurker.x, y: lurker.y, heading: lurker.heading };
  }
  return { ...pointOf(ship), heading: ship.heading };
}

function flying(shot: Shot, seat: number, atMs: number): Omit<PicturedShot, "id"> {
  const { heading, bornMs } = shot;
  return { ...shotAt(shot, atMs), course: courseOf(heading), seat, bornMs };
}

/** A shot leaves the own ship where that is drawn, and arrives at others where those are drawn. */
function blendedMs(shot: Shot, othersMs: number, ownMs: number): number {
  const part = Math.max(0, Math.min(1, (ownMs - shot.bornMs) / SHOT_BLEND_MS));
  return ownMs + (othersMs - ownMs) * part;
}
