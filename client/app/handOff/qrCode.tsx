// QR code: a text as squares that a camera reads. Always dark on light with a wide light edge, whatever
// colours the page has: not every camera reads anything else.

import { encode } from "uqr";

/** Squares of light on each side, as the standard wants them. */
const QUIET_ZONE = 4;

export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  // M is still read with a seventh of it covered or blurred, and keeps the squares large.
  const code = encode(text, { ecc: "M", border: QUIET_ZONE });
  return (
    <svg
      class="qr-code"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${code.size} ${code.size}`}
      shape-rendering="crispEdges"
      data-testid="qr-code"
    >
      <rect width={code.size} height={code.size} fill="#fff" />
      <path fill="#000" d={outline(code.data)} />
    </svg>
  );
}

/** One rectangle for each run of dark squares in a row. */
function outline(rows: readonly (readonly boolean[])[]): string {
  let path = "";
  for (const [y, row] of rows.entries()) {
    for (let x = 0; x < row.length; x++) {
      const from = x;
      while (row[x] === true) x++;
      if (x > from) path += `M${from} ${y}h${x - from}v1h${from - x}z`;
    }
  }
  return path;
}
