// Banner and overlay: what a person sees of a line that is away for more than a moment. The world
// stays visible behind both, and each says what happens next.

import { useRef } from "preact/hooks";
import { useCover } from "../cover.ts";
import { texts } from "../texts.ts";
import type { Face, Remedy } from "./faces.ts";

export interface Remedies {
  readonly run: (remedy: Remedy) => void;
}

export function LineFace({ face, run }: Remedies & { readonly face: Face }) {
  if (face.kind === "overlay") return <Overlay face={face} run={run} />;
  const text = face.kind === "banner" ? face.text : undefined;
  // Always there: what comes with its words already in it is not read out everywhere.
  return (
    <div class={text === undefined ? undefined : "banner"} role="status" data-testid="banner">
      {text}
    </div>
  );
}

const LABELS: Readonly<Record<Remedy, string>> = {
  "try-now": texts.faces.tryNow,
  "take-back": texts.faces.takeBack,
  "join-again": texts.faces.joinAgain,
  "sign-in": texts.faces.signIn,
  "try-again": texts.faces.tryAgain,
  renew: texts.faces.tryAgain,
  watch: texts.landing.watch,
  home: texts.faces.home,
};

function Overlay({ face, run }: Remedies & { readonly face: Extract<Face, { kind: "overlay" }> }) {
  const { title, about, kept, attempt, remedy } = face;
  const cover = useRef<HTMLDivElement>(null);
  // What is typed while the line is away is kept and sent; after the end of a seat there is nobody to send it.
  useCover(cover, remedy, remedy === undefined || remedy === "try-now");
  return (
    <div
      ref={cover}
      class="overlay"
      role="dialog"
      tabIndex={-1}
      aria-label={title}
      data-testid="overlay"
      data-remedy={remedy}
    >
      <div class="card face">
        <div role="alert">
          <h2>{title}</h2>
          <p>{about}</p>
        </div>
        {kept === undefined ? null : (
          <p class="countdown" data-testid="countdown">
            {kept}
          </p>
        )}
        {attempt === undefined ? null : (
          <p class="dim" data-testid="attempt">
            {attempt}
          </p>
        )}
        <div class="row">
          {remedy === undefined ? null : (
            <button type="button" class="primary" data-testid="remedy" onClick={() => run(remedy)}>
              {LABELS[remedy]}
            </button>
          )}
          {remedy === "home" ? null : (
            <button type="button" class="quiet" data-testid="go-home" onClick={() => run("home")}>
              {texts.faces.home}
            </button>
          )}
        </div>
      </div>
    </div>
  );
}
