// Asking: one request of a form at a time: whether it is under way, and what went wrong with the last.

import { useRef, useState } from "preact/hooks";
import { type Problem, problemFrom } from "./problem.ts";

export interface Asking {
  readonly isUnderWay: boolean;
  readonly problem: Problem | undefined;
  /** Does it unless something is under way. Resolves to whether it came off. */
  run(ask: () => Promise<unknown>): Promise<boolean>;
}

export function useAsking(): Asking {
  const [isUnderWay, setUnderWay] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const isBusy = useRef(false);
  const run = async (ask: () => Promise<unknown>) => {
    if (isBusy.current) return false;
    isBusy.current = true;
    setUnderWay(true);
    setProblem(undefined);
    let found: Problem | undefined;
    try {
      await ask();
    } catch (error) {
      found = problemFrom(error);
    } finally {
      isBusy.current = false;
    }
    setUnderWay(false);
    setProblem(found);
    return found === undefined;
  };
  return { isUnderWay, problem, run };
}
