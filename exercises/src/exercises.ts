/** All exercises, in the order of the lesson. */
import type { Exercise } from "./exercise";
import { byRank } from "./01-processes/byRank";
import { forgotten } from "./01-processes/forgotten";
import { streams } from "./01-processes/streams";
import { sumOfParts } from "./01-processes/sumOfParts";
import { whoCounts } from "./01-processes/whoCounts";

export const exercises: readonly Exercise[] = [whoCounts, streams, byRank, forgotten, sumOfParts];
