// Taken by: which of somebody's devices has taken up a seat that this page held. The server names each
// device to its owner; where it cannot be told apart from another tab, nothing is said.

import { useEffect, useState } from "preact/hooks";
import { type Cancel, systemClock } from "../../../shared/clock.ts";
import { owned } from "../account/account.ts";
import { takingDevice } from "../account/owned.ts";
import type { Face } from "../line/faces.ts";
import { texts } from "../texts.ts";
import { isUnreached } from "../visitor.ts";

/** The server may learn a moment after this page which of its connections are over: it is asked again. */
const ASK_AGAIN_MS = 1_000;
/** Twice as long each time; after that nobody waits for the name of a device any more. */
const ASK_AGAIN_MS_MAX = 16_000;

/** The device that plays instead of this one; undefined while that is not known. */
export function useTakingDevice(isElsewhere: boolean): string | undefined {
  const [device, setDevice] = useState<string>();
  useEffect(() => {
    setDevice(undefined);
    if (!isElsewhere) return;
    let isOver = false;
    let cancel: Cancel = () => undefined;
    const look = async (pauseMs: number) => {
      const found = await ask();
      if (isOver) return;
      if (found !== undefined) setDevice(found);
      else if (pauseMs <= ASK_AGAIN_MS_MAX)
        cancel = systemClock.after(pauseMs, () => void look(2 * pauseMs));
    };
    void look(ASK_AGAIN_MS);
    return () => {
      isOver = true;
      cancel();
    };
  }, [isElsewhere]);
  return isElsewhere ? device : undefined;
}

async function ask(): Promise<string | undefined> {
  try {
    return takingDevice(await owned());
  } catch (error) {
    if (isUnreached(error)) return undefined;
    throw error;
  }
}

/** The face of a seat that is elsewhere, with the device if it is known. */
export function takenBy(device: string | undefined, face: Face): Face {
  if (device === undefined || face.kind !== "overlay") return face;
  const { otherDevice, otherDeviceAbout } = texts.faces;
  return { ...face, title: otherDevice, about: otherDeviceAbout(device) };
}
