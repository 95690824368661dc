// Arena view: puts a picture on a canvas: first the sea, then what floats, then what is read. It
// keeps what pictures leave behind on the water, and nothing else.

import { type Camera, cameraOn, type Screen } from "./camera.ts";
import { drawChart } from "./chart.ts";
import { type Brush, drawBeds, drawFronds, drawRocks, drawWater } from "./drawSea.ts";
import { drawLabels, drawMines, drawPearls, drawShip, drawShips, drawShots } from "./drawShips.ts";
import { type Moment, momentsBetween } from "./moments.ts";
import { DAY, NIGHT } from "./palette.ts";
import type { Picture } from "./picture.ts";
import { Traces } from "./traces.ts";

/** More pixels than this cost a phone more than they show. */
const PIXEL_RATIO_MAX = 2;

export interface Look {
  readonly isNight: boolean;
  /** The person asked for less motion. */
  readonly isCalm: boolean;
  /** Pixels at the lower edge that buttons cover. */
  readonly liftPx: number;
  /** Whether the whole sea is shown in a corner. */
  readonly hasChart: boolean;
}

export class ArenaView {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #traces = new Traces();
  #before: Picture | undefined;
  #camera: Camera = cameraOn({ x: 0, y: 0 }, { width: 1, height: 1 });

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext("2d", { alpha: false });
    if (context === null) throw new Error("this browser draws no canvas");
    this.#canvas = canvas;
    this.#context = context;
  }

  /** What the newest image shows, for whoever points at it. */
  get camera(): Camera {
    return this.#camera;
  }

  /** Gives what has happened since the picture before, for whoever wants to hear it. */
  draw(picture: Picture, look: Look): readonly Moment[] {
    const screen = this.#fit();
    this.#camera = cameraOn(picture.centre, screen);
    const brush: Brush = {
      context: this.#context,
      camera: this.#camera,
      palette: look.isNight ? NIGHT : DAY,
      swayMs: look.isCalm ? 0 : picture.pageMs,
    };
    const moments = momentsBetween(this.#before, picture);
    this.#before = picture;
    this.#traces.observe(picture, moments, look.isCalm);
    this.#toSea();
    drawWater(brush);
    drawBeds(brush);
    this.#traces.drawWakes(brush);
    drawRocks(brush);
    drawPearls(brush, picture.pearls);
    drawMines(brush, picture.mines);
    this.#traces.drawWreckage(brush);
    drawShips(brush, picture.ships);
    drawFronds(brush);
    // What hides in the kelp and is seen all the same is drawn over it.
    for (const ship of picture.ships) if (ship.isHidden) drawShip(brush, ship);
    drawShots(brush, picture.shots);
    this.#traces.draw(brush);
    drawLabels(brush, picture.ships);
    this.#toScreen();
    if (look.hasChart) drawChart(brush, picture, look.liftPx);
    return moments;
  }

  /** Makes the canvas as large as the page shows it; gives that size. */
  #fit(): Screen {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const ratio = this.#ratio;
    const pixels = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
    if (this.#canvas.width !== pixels.width) this.#canvas.width = pixels.width;
    if (this.#canvas.height !== pixels.height) this.#canvas.height = pixels.height;
    return { width: Math.max(1, width), height: Math.max(1, height) };
  }

  get #ratio(): number {
    return Math.min(PIXEL_RATIO_MAX, globalThis.devicePixelRatio || 1);
  }

  #toSea(): void {
    const { scale, left, top } = this.#camera;
    const size = scale * this.#ratio;
    this.#context.setTransform(size, 0, 0, size, -left * size, -top * size);
  }

  #toScreen(): void {
    this.#context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
  }
}
