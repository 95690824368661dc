// Beacon: a game made for tests of the room: boats on a line, buoys that only those near see, things
// that nobody but their owner or the server knows, and commands that fail in every way.

import {
  bool,
  defineGame,
  id,
  int,
  many,
  one,
  type Room,
  refuse,
  seatIndex,
  text,
  u8,
  u16,
  u32,
} from "../../shared/game.ts";

/** Marks in every text that no client, or no other client, may ever get. */
export const SECRET = "keelhaul";
export const SIGHT = 100;
const SEA_END = 1_000;

const records = {
  lamp: one({ lit: bool, turns: u32, plan: text(24).server }),
  boats: many({ seat: seatIndex, x: int(0, SEA_END), cargo: u16.private }, { seat: "seat" }),
  buoys: many(
    { x: int(0, SEA_END), owner: seatIndex, note: text(24).private, trap: text(24).server },
    { seat: "owner" },
  ),
  /** What the sea hides: nobody learns even how much there is. */
  wrecks: many({ gold: u16.server }),
  /** One line for each command of its kind that took effect. */
  ledger: many({ seat: seatIndex, number: u32 }),
};

const inputs = { steer: { dx: int(-9, 9) } };

const events = {
  shouted: { seat: seatIndex, number: u32 },
  whispered: { seat: seatIndex, number: u32 },
  pointed: { buoy: id, number: u32 },
  lit: { turns: u32 },
  boarded: { seat: seatIndex, of: u8 },
};

export const beacon = defineGame({
  name: "beacon",
  version: 1,
  seats: { min: 2, max: 3, graceMs: 10_000 },
  tickHz: 20,
  records,
  inputs,
  commands: {
    note: { number: u32 },
    lay: {},
    lift: { buoy: id },
    pass: { buoy: id, to: seatIndex },
    plot: { text: text(12) },
    sink: { gold: u16 },
    shout: { number: u32 },
    whisper: { to: seatIndex, number: u32 },
    point: { buoy: id, number: u32 },
    light: { afterMs: u16 },
    waver: {},
    founder: {},
  },
  events,
  rules: {
    start(room) {
      room.state.lamp.plan = `${SECRET} the lamp`;
    },
    join(room, seat) {
      const x = Math.floor(room.random() * SEA_END);
      room.state.boats.add({ seat, x, cargo: 7 }, seat);
      room.emit("boarded", { seat, of: room.seats.length });
    },
    leave(room, seat) {
      room.state.boats.delete(seat);
      for (const buoy of [...room.state.buoys]) {
        if (buoy.owner === seat) room.state.buoys.delete(buoy.id);
      }
    },
    tick(room) {
      for (const boat of room.state.boats) {
        const { dx = 0 } = room.input(boat.seat, "steer") ?? {};
        boat.x = Math.max(0, Math.min(SEA_END, boat.x + dx));
      }
    },
    note(room, seat, { number }) {
      room.state.ledger.add({ seat, number });
    },
    lay(room, seat) {
      const boat = room.state.boats.get(seat);
      if (boat === undefined || room.state.buoys.size >= 40) return refuse("no-buoy");
      const { x } = boat;
      const draw = Math.floor(room.random() * 100);
      room.state.buoys.add({
        x,
        owner: seat,
        note: `${SECRET} ${seat}`,
        trap: `${SECRET} trap ${draw}`,
      });
      boat.cargo = draw;
      return undefined;
    },
    lift(room, seat, { buoy }) {
      if (room.state.buoys.get(buoy)?.owner !== seat) return refuse("not-yours");
      room.state.buoys.delete(buoy);
      return undefined;
    },
    pass(room, seat, { buoy, to }) {
      const passed = room.state.buoys.get(buoy);
      if (passed?.owner !== seat || !room.state.boats.has(to)) return refuse("not-yours");
      passed.owner = to;
      passed.note = `${SECRET} ${to}`;
      return undefined;
    },
    plot(room, _seat, { text: plan }) {
      room.state.lamp.plan = plan;
    },
    sink(room, _seat, { gold }) {
      room.state.wrecks.add({ gold });
    },
    shout(room, seat, { number }) {
      room.emit("shouted", { seat, number });
    },
    whisper(room, seat, { to, number }) {
      if (to >= 3) return refuse("nobody-there");
      room.emit("whispered", { seat, number }, { seat: to });
      return undefined;
    },
    point(room, _seat, { buoy, number }) {
      const seeing = room.state.buoys.get(buoy);
      if (seeing === undefined) return refuse("no-buoy");
      room.emit("pointed", { buoy, number }, { seeing });
      return undefined;
    },
    light(room, _seat, { afterMs }) {
      room.timer("lamp", afterMs, { from: room.nowMs });
    },
    /** Does all there is to do, then thinks better of it. */
    waver(room, seat) {
      disturb(room, seat);
      return refuse("wavered");
    },
    /** The same, and breaks. */
    founder(room, seat) {
      disturb(room, seat);
      throw new Error("on the rocks");
    },
  },
  timers: {
    lamp(room) {
      const { lamp } = room.state;
      lamp.lit = !lamp.lit;
      lamp.turns += 1;
      room.emit("lit", { turns: lamp.turns });
    },
  },
  visibleTo: {
    buoys(buoy, seat, { state }) {
      if (buoy.owner === seat) return true;
      const boat = seat === undefined ? undefined : state.boats.get(seat);
      return boat !== undefined && Math.abs(boat.x - buoy.x) <= SIGHT;
    },
  },
});

type BeaconRoom = Room<typeof records, typeof inputs, typeof events>;

function disturb(room: BeaconRoom, seat: number): void {
  const { boats, buoys, lamp, ledger } = room.state;
  room.random();
  lamp.lit = !lamp.lit;
  lamp.plan = "gone";
  for (const buoy of [...buoys]) buoys.delete(buoy.id);
  const boat = boats.get(seat);
  if (boat !== undefined) boat.cargo += 1;
  ledger.add({ seat, number: 0 });
  room.emit("shouted", { seat, number: 0 });
  room.timer("lamp", 1);
  room.end("disturbed");
}
