// Shelf form: what a text must say to be somebody's shelf, as this build or an older one wrote it. It judges
// no story: whether there is anything to go on with is not asked here.

import {
  isJson,
  isNumber,
  isText,
  isTruth,
  listOf,
  objectOf,
  orMissing,
} from "../../shared/form.ts";
import type { IdentityId, RoomId } from "../../shared/ids.ts";
import type { SaveOrigin, Shelf } from "./shelf.ts";
import type { Story } from "./stories.ts";

const isStory = objectOf<Story>({
  save: isJson,
  claim: isText,
  keptMs: isNumber,
  isGuests: isTruth,
});

const isOrigin = objectOf<SaveOrigin>({
  room: isText,
  epoch: isNumber,
  version: isNumber,
  guest: orMissing(isText<IdentityId>),
});

/** Older builds wrote less. */
export const isShelf = objectOf<Partial<Shelf>>({
  save: orMissing(isJson),
  claim: orMissing(isText),
  keptMs: orMissing(isNumber),
  isGuests: orMissing(isTruth),
  aside: orMissing(listOf(isStory)),
  origins: orMissing(listOf(isOrigin)),
  returned: orMissing(listOf(isText)),
  brought: orMissing(listOf(isText<RoomId>)),
  joined: orMissing(listOf(isText<IdentityId>)),
  goingTo: orMissing(isText<IdentityId>),
  unreadable: orMissing(listOf(isText)),
  isReported: orMissing(isTruth),
});
