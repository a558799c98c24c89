import { Tinypool } from "tinypool";
import { servePiscina } from "./peer.mjs";

await servePiscina(Tinypool);
