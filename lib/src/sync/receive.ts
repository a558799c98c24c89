/** What a worker or child process needs when it is sent the first lock, semaphore, event or barrier. */
import "./lock";
import "./semaphore";
import "./event";
import "./barrier";

export { receiveSync } from "./entries";
