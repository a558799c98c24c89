/** Which way of counting suits these words and this machine. */
import { LONGEST, longest, type Kernel } from "./kernel";
import { PairKernel } from "./pairKernel";
import { hasSimd, SimdKernel } from "./simdKernel";
import { TokenKernel } from "./tokenKernel";

/** Up to here it pays to look for the words; with more of them, to look each piece of the text up. */
const FEW = 100;

/**
 * The fastest of the three kernels; all count the same. The environment variable PARALLEL_TYPESCRIPT_SIMD=off keeps it to
 * plain JavaScript.
 */
export function chooseKernel(words: readonly Uint8Array[]): Kernel {
  if (words.length > FEW || longest(words) > LONGEST) return new TokenKernel(words);
  const simd = process.env.PARALLEL_TYPESCRIPT_SIMD !== "off" && hasSimd();
  return simd ? new SimdKernel(words) : new PairKernel(words);
}
