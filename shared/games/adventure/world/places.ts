// Places: the whole map of Thole, put together from its quarters. Content only.

import type { Place } from "../kinds.ts";
import { deepPlaces } from "./deepPlaces.ts";
import { shorePlaces } from "./shorePlaces.ts";
import { towerPlaces } from "./towerPlaces.ts";
import { villagePlaces } from "./villagePlaces.ts";

const all = { ...shorePlaces, ...villagePlaces, ...towerPlaces, ...deepPlaces };

export type PlaceKey = keyof typeof all;

export const PLACES: Readonly<Record<PlaceKey, Place>> = all;

/** Where everybody begins, and where the sea puts down whom it carries. */
export const LANDING: PlaceKey = "slip";

export function isPlaceKey(key: unknown): key is PlaceKey {
  return typeof key === "string" && Object.hasOwn(PLACES, key);
}
