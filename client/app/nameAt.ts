// Name at: what sentences call whoever sits, or sat, in a seat.

import type { Seat } from "../seat.ts";
import { texts } from "./texts.ts";

export function nameAt({ seats }: Pick<Seat, "seats">, index: number): string {
  return seats.find((seat) => seat.index === index)?.name ?? texts.table.left;
}
