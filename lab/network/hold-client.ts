import type { Socket } from 'node:net';

/** TCP sends a SYN that got no answer again after 1, 3, 7 ... seconds; a rehearsal need not be that patient. */
const RETRY_MS = 200;

/**
 * What a security group does to a client it does not admit: nothing at all. The client hears nothing, gives up when it
 * likes, and is let in (`admit`) if a rule appears while it waits, as the next of its repeated SYN packets would be.
 */
export function holdClient(client: Socket, isAdmitted: () => boolean, admit: () => void): void {
  const early: Buffer[] = [];
  const keep = (chunk: Buffer) => {
    early.push(chunk);
  };
  const giveUp = () => {
    client.destroy();
  };
  const retry = setInterval(() => {
    if (!isAdmitted()) return;
    letGo();
    client.pause();
    if (early.length > 0) client.unshift(Buffer.concat(early));
    admit();
    client.resume();
  }, RETRY_MS);
  const letGo = () => {
    clearInterval(retry);
    client.off('data', keep).off('end', giveUp).off('error', giveUp).off('close', letGo);
  };
  client.on('data', keep).on('end', giveUp).on('error', giveUp).on('close', letGo);
}
