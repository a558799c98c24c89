// npm run slides: exports the notebooks as slide decks.
import { enter } from "./setup/enter.mjs";

enter(() => import("./commands/slides.mjs"));
