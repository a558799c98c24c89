/** All exercises, in the order of the lesson. */
import type { Exercise } from "./exercise";
import { byRank } from "./01-processes/byRank";
import { forgotten } from "./01-processes/forgotten";
import { streams } from "./01-processes/streams";
import { sumOfParts } from "./01-processes/sumOfParts";
import { whoCounts } from "./01-processes/whoCounts";
import { allAtOnce } from "./02-pool/allAtOnce";
import { messages } from "./02-pool/messages";
import { piecesOfWork } from "./02-pool/piecesOfWork";
import { severalArguments } from "./02-pool/severalArguments";
import { toldByWorkers } from "./02-pool/toldByWorkers";
import { wordsOfPages } from "./02-pool/wordsOfPages";
import { asTheyFinish } from "./03-async/asTheyFinish";
import { oneReceipt } from "./03-async/oneReceipt";
import { orderOfReceipts } from "./03-async/orderOfReceipts";
import { sameOnAnyNumber } from "./03-async/sameOnAnyNumber";
import { someFail } from "./03-async/someFail";
import { startThenWait } from "./03-async/startThenWait";
import { acrossEdges } from "./04-gutenberg/acrossEdges";
import { cutWords } from "./04-gutenberg/cutWords";
import { handOver } from "./04-gutenberg/handOver";
import { ownRanges } from "./04-gutenberg/ownRanges";
import { readAhead } from "./04-gutenberg/readAhead";
import { topWords } from "./04-gutenberg/topWords";
import { heldBack } from "./05-shared-memory/heldBack";
import { oneAtATime } from "./05-shared-memory/oneAtATime";
import { oneIsShared } from "./05-shared-memory/oneIsShared";
import { ownPlaces } from "./05-shared-memory/ownPlaces";
import { stepByStep } from "./05-shared-memory/stepByStep";
import { chunkForAMessage } from "./06-cluster/chunkForAMessage";
import { lostTwice } from "./06-cluster/lostTwice";
import { noSharedMemory } from "./06-cluster/noSharedMemory";
import { whoIsFree } from "./06-cluster/whoIsFree";
import { worthAMachine } from "./06-cluster/worthAMachine";

export const exercises: readonly Exercise[] = [
  ...[whoCounts, streams, byRank, forgotten, sumOfParts],
  ...[messages, severalArguments, allAtOnce, piecesOfWork, toldByWorkers, wordsOfPages],
  ...[orderOfReceipts, startThenWait, oneReceipt, someFail, asTheyFinish, sameOnAnyNumber],
  ...[cutWords, readAhead, handOver, acrossEdges, ownRanges, topWords],
  ...[oneIsShared, ownPlaces, oneAtATime, stepByStep, heldBack],
  ...[worthAMachine, chunkForAMessage, noSharedMemory, whoIsFree, lostTwice],
];
