// Palette: the colours of the sea by day and by night, and those of each seat's ship.

export interface Palette {
  readonly water: string;
  readonly waterDeep: string;
  readonly glint: string;
  readonly shore: string;
  readonly foam: string;
  readonly rock: string;
  readonly rockTop: string;
  readonly bed: string;
  readonly fronds: readonly string[];
  readonly pearl: string;
  readonly pearlEdge: string;
  readonly pearlGlow: string;
  readonly shot: string;
  readonly flash: string;
  readonly smoke: string;
  readonly mine: string;
  readonly sail: string;
  readonly shadow: string;
  readonly label: string;
  readonly labelEdge: string;
  readonly good: string;
  readonly gone: string;
  readonly chart: string;
  /** Lightness of ships, in percent. */
  readonly shipLightness: number;
}

export const DAY: Palette = {
  water: "#c4e4df",
  waterDeep: "#aed6d4",
  glint: "rgba(255, 255, 255, 0.6)",
  shore: "#efe0ba",
  foam: "rgba(255, 255, 255, 0.85)",
  rock: "#73858a",
  rockTop: "#94a5a7",
  bed: "rgba(38, 110, 80, 0.3)",
  fronds: ["#2c7a57", "#3b9068", "#246549", "#559b6d"],
  pearl: "#fffdf6",
  pearlEdge: "#b98f55",
  pearlGlow: "rgba(255, 246, 214, 0.75)",
  shot: "#17323b",
  flash: "#f6a21e",
  smoke: "#f4f1ea",
  mine: "#7d2f3d",
  sail: "#fffaf0",
  shadow: "rgba(16, 54, 62, 0.18)",
  label: "#12313a",
  labelEdge: "rgba(226, 243, 240, 0.85)",
  good: "#2b7a56",
  gone: "rgba(18, 49, 58, 0.22)",
  chart: "rgba(240, 250, 247, 0.78)",
  shipLightness: 44,
};

export const NIGHT: Palette = {
  water: "#0e2d38",
  waterDeep: "#0a222b",
  glint: "rgba(150, 220, 228, 0.13)",
  shore: "#2b3a36",
  foam: "rgba(190, 232, 230, 0.4)",
  rock: "#35474f",
  rockTop: "#4d6068",
  bed: "rgba(40, 130, 92, 0.22)",
  fronds: ["#1f6a4b", "#2a8560", "#185640", "#3d8f66"],
  pearl: "#fff7e2",
  pearlEdge: "#caa56a",
  pearlGlow: "rgba(255, 232, 170, 0.22)",
  shot: "#ffe6a8",
  flash: "#ffd27a",
  smoke: "#5d747c",
  mine: "#d0707f",
  sail: "#e9f2ee",
  shadow: "rgba(0, 0, 0, 0.3)",
  label: "#d9ebe8",
  labelEdge: "rgba(8, 25, 31, 0.8)",
  good: "#6fd3a3",
  gone: "rgba(217, 235, 232, 0.2)",
  chart: "rgba(8, 25, 31, 0.66)",
  shipLightness: 58,
};

/** Hues of seats that follow each other lie far apart. */
export function shipColour(seat: number, palette: Palette): string {
  return `hsl(${hueOf(seat)} 58% ${palette.shipLightness}%)`;
}

export function shipColourDeep(seat: number, palette: Palette): string {
  return `hsl(${hueOf(seat)} 52% ${palette.shipLightness - 16}%)`;
}

const GOLDEN_ANGLE = 137.508;

function hueOf(seat: number): number {
  return Math.round((12 + seat * GOLDEN_ANGLE) % 360);
}
