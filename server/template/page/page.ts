// The page: draws what the seat sees and sends what the player does. The seat reconnects by itself.

import { join } from "holdfast/client";
import { LAMPS, lamps } from "../game.ts";

const part = (id: string) => document.getElementById(id) ?? document.body;
// Asked once in a browser: while a page waits for an answer it says nothing, and its seat is away.
localStorage.name ??= prompt("Your name?") || "Guest";
const seat = await join({ game: lamps, name: localStorage.name }).catch((error) => {
  part("line").textContent = error.message;
  throw error;
});

for (let lamp = 1; lamp <= LAMPS; lamp++) {
  const button = document.createElement("button");
  button.type = "button";
  button.ariaLabel = `lamp ${lamp}`;
  button.onclick = () => seat.send.light({ lamp });
  part("wall").append(button);
}
part("again").onclick = () => seat.send.again({});
part("take-back").onclick = () => seat.takeBack();

seat.on("change", draw);
seat.on("status", draw);
draw();

function draw(): void {
  const { lamps: wall, round } = seat.state;
  for (const [at, button] of [...part("wall").children].entries()) {
    const owner = wall.get(at + 1)?.seat;
    if (owner === undefined) button.removeAttribute("data-seat");
    else button.setAttribute("data-seat", String(owner));
  }
  part("players").replaceChildren(
    ...seat.seats.map(({ index, name, presence }) => {
      const player = document.createElement("span");
      player.dataset.seat = String(index);
      player.className = presence;
      player.textContent = `● ${name}${presence === "away" ? " (away)" : ""} `;
      return player;
    }),
  );
  const isWaiting = seat.roomStatus === "waiting";
  const winner = seat.seats.find(({ index }) => index === round.winner)?.name;
  const { status } = seat;
  const isElsewhere = status.phase === "elsewhere";
  part("line").textContent = isElsewhere
    ? "You play in another tab of this browser now."
    : status.phase === "over"
      ? status.text
      : status.phase;
  part("take-back").hidden = !isElsewhere;
  part("result").textContent = isWaiting
    ? "Open this page in a private window, or in another browser, to be the second player."
    : round.isOn
      ? "Light as many as you can!"
      : winner === undefined
        ? "A draw."
        : `${winner} wins.`;
  part("again").hidden = isWaiting || round.isOn;
}
