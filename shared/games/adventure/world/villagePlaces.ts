// Village places: the houses, yards and cellars of the nine households. Content only.

import type { Place } from "../kinds.ts";

export const villagePlaces = {
  row: {
    name: "The Row",
    text: "Nine doors in one long wall, each painted by somebody with an opinion. Every doorstep has a coil of kelp drying on it like a sleeping cat. No smoke, no voices; on the third step a cup of tea has a skin on it. The quay is south, the foot of the tower north, the bakehouse east, and a passage leads west to the well.",
    also: [
      {
        when: "lamp-lit",
        text: "In four of the windows there is light now. People have started to come home.",
      },
    ],
    exits: { south: "quay", north: "foot", east: "bakehouse", west: "well" },
    scenery: [
      {
        words: ["doors", "door", "steps", "doorstep"],
        text: "None is locked. On Thole you lock a thing against the sea, which does not use doors.",
      },
      { words: ["tea", "cup"], text: "Eleven days old. It has begun to look back." },
      { words: ["kelp", "coil"], text: "Oarweed, split and drying, on its way to being rope." },
    ],
  },
  bakehouse: {
    name: "The Bakehouse",
    text: "The oven is the size of a pony and still faintly warm, for it takes longer than eleven days to talk it out of that. Loaves hard as harbour walls fill one shelf. On another stand stone flasks, and a crock of tallow. A card propped on the counter says TAKE WHAT YOU NEED AND LEAVE THE REST, in the hand of somebody who has had to say it often. The Row is back to the west.",
    exits: { west: "row", out: "row" },
    scenery: [
      { words: ["oven"], text: "You lay your palm on it. Somewhere inside, a brick clicks." },
      {
        words: ["card", "counter"],
        text: "TAKE WHAT YOU NEED AND LEAVE THE REST. Below, smaller: Bartle, this means you.",
      },
      { words: ["crock"], text: "Mutton tallow, for candles, boots, and wicks." },
      { words: ["loaves", "shelf"], text: "Enough for everybody who may come. Take one." },
    ],
  },
  well: {
    name: "The Well Yard",
    text: "A square of cobbles round a well with a slate lid. Rain butts stand along the walls with the names of the households burnt into their staves. East is the Row, north the long hall, west a gate in a garden wall. A stair goes down beside the well to the sluice, and cold comes up it.",
    exits: { east: "row", north: "hall", west: "garden", down: "sluice" },
    scenery: [
      {
        words: ["well", "lid"],
        text: "Cut into the lid: SWEET TO THE TENTH RUNG. SALT BELOW. BOTH ARE YOURS.",
      },
      {
        words: ["butts", "butt"],
        text: "Eight are full. The ninth has a name that was burnt in and planed off again.",
      },
    ],
  },
  garden: {
    name: "The Walled Garden",
    text: "Four walls as high as a mast keep the wind off a piece of earth that was carried here in baskets. Sea beet, kale, one apple tree pruned flat against the stones as if it had been arrested. Washing still hangs on the line: squares of linen, stiff with salt. The well yard is east; in the corner, goat stairs go down the cliff to a ledge.",
    exits: { east: "well", down: "ledge" },
    scenery: [
      {
        words: ["tree", "apple tree", "apple"],
        text: "It bore six apples this year. There is a list on the wall of who gets them.",
      },
      {
        words: ["list"],
        text: "Corlis, Bartle, Nib, Nib's mother, the keeper. And a sixth line: whoever comes.",
      },
      {
        words: ["washing", "squares"],
        text: "Good linen, washed thin. Take one; the wind has been trying to.",
      },
      { words: ["kale", "beet"], text: "It has gone on growing without anybody's leave." },
    ],
  },
  hall: {
    name: "The Hall of Oars",
    text: "The roof is a ship turned over, her keel the ridge, and under it the oars of everybody who ever belonged to Thole hang blade down from the beams, with a name on each. When the door lets the wind in they touch each other, and the whole hall says something low. The well yard is south and the schoolroom east. A hatch leads down to the drying cellar.",
    also: [
      {
        when: "tied",
        text: "One oar hangs a little apart from the rest, pale, new-cut. The name on it is yours.",
      },
    ],
    exits: { south: "well", east: "school", down: "cellar" },
    scenery: [
      {
        words: ["oars", "oar", "names", "blades"],
        text: "Three hundred and some. The last in the row are Corlis, Bartle, Nib in crooked letters, and Oda Marrick, Keeper. Then there are beams with pegs and nothing on them.",
      },
      {
        words: ["hatch", "keel", "roof"],
        text: "Pegged, not nailed. She was built to be taken to pieces and is still waiting for it.",
      },
    ],
  },
  school: {
    name: "The Schoolroom",
    text: "Six desks, one stove, one window with the whole sea in it. A board on the wall is covered with knots, real ones, pinned like moths, each with its name under it. On the teacher's table lie slates with the lesson of eleven days ago. The hall is west.",
    exits: { west: "hall", out: "hall" },
    scenery: [
      {
        words: ["board", "knots", "knot"],
        text: "Bowline, for holding. Sheet bend, for joining what does not match. Rolling hitch, for holding on to what will not hold still. The last pin has no knot, only the label: YOURS.",
      },
      {
        words: ["desks", "desk", "stove"],
        text: "Carved by generations with compass points. N LOVES THE SEA. Somebody has added: it is busy.",
      },
      { words: ["window"], text: "Sea, to the very edge of the glass." },
    ],
  },
  cellar: {
    name: "The Drying Cellar",
    text: "Your light goes over racks upon racks of kelp, dried and combed, hanging like the coats of a very large family. Here the long fibre is drawn out that all the rope of Thole begins as. A grating in the far wall breathes salt. The hatch is above you.",
    exits: { up: "hall" },
    isDark: true,
    scenery: [
      {
        words: ["racks", "rack", "kelp"],
        text: "Tallowed fibre burns slow and bright, says a board: PLAIT IT WITH FAT, AND YOU HAVE A WICK.",
      },
      {
        words: ["grating"],
        text: "A draught, and far down in it the sound of somebody humming, or water.",
      },
    ],
  },
  sluice: {
    name: "The Sluice Head",
    text: "A vault under the well yard, wet to the knee. An iron gate shuts the mouth of a culvert to the east, and beside it stands a windlass with bars as long as your arm. There was a pawl once to hold it; there is a bright stump where it sheared. The gate goes up for whoever HOLDS the windlass, and comes down when they let go. Whoever holds it cannot walk through it. Stairs go up.",
    also: [
      { when: "gate-up", text: "The gate hangs open, dripping, on somebody's arms." },
      { when: "gate-down", text: "The gate is down." },
    ],
    exits: {
      up: "well",
      east: {
        to: "culvert",
        when: "gate-up",
        shut: "The gate is down, and it weighs as much as the opinion of an aunt. Somebody has to HOLD the windlass while another goes through.",
      },
    },
    scenery: [
      {
        words: ["windlass", "bars", "pawl", "stump"],
        text: "Chalked above it, in the keeper's square hand: TWO TO PASS. SORRY. MEANT TO MEND IT. Under that, in another: You always say that.",
      },
      {
        words: ["gate", "iron gate"],
        text: "Bars as thick as a wrist. Behind them the culvert, and a smell of old oil.",
      },
    ],
  },
  culvert: {
    name: "The Culvert",
    text: "A brick throat, round and low. Your lantern makes a coin of light in front of you that is always just being spent. The gate behind you swings outward on this side: going back west needs nobody's help. East, the brick opens into something larger.",
    exits: { west: "sluice", out: "sluice", east: "cistern" },
    isDark: true,
    scenery: [
      { words: ["brick", "bricks"], text: "Some mason has pressed a thumb into every ninth one." },
    ],
  },
  cistern: {
    name: "The Oil Cistern",
    text: "A round chamber with a roof like the inside of an egg. In the middle, behind a kerb, stands the winter's oil: colza, clear and yellow, without a ripple, your lantern hanging upside down in it. A FLASK could be FILLED here. A ladder climbs to a trapdoor under the tower, which opens from below only; the culvert is west.",
    exits: { west: "culvert", up: "foot" },
    isDark: true,
    scenery: [
      {
        words: ["oil", "kerb"],
        text: "Enough for a winter. A dipstick hangs on a chain and says: nights left, one hundred and four.",
      },
      {
        words: ["ladder", "trapdoor", "trap"],
        text: "It comes up behind the clockwork, at the foot of the tower.",
      },
    ],
  },
} as const satisfies Readonly<Record<string, Place>>;
