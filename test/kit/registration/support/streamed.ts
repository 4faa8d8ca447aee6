import { mountRegistrar } from '../../../../src/kit/registration/endpoint.ts';
import { REGISTER, type Scene } from '../../support/scene.ts';

/** A request body that comes in pieces, and says how much of it was taken. */
export type Streamed = {
  readonly body: ReadableStream<Uint8Array>;
  /** Octets that were asked for so far. */
  readonly taken: () => number;
  readonly isCancelled: () => boolean;
};

/** Gives the pieces one by one, and only when they are asked for. */
export function streamed(pieces: Iterable<Uint8Array>): Streamed {
  const left = pieces[Symbol.iterator]();
  let taken = 0;
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const piece = left.next();
        if (piece.done === true) return controller.close();
        taken += piece.value.byteLength;
        controller.enqueue(piece.value);
      },
      cancel: () => {
        isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, taken: () => taken, isCancelled: () => isCancelled };
}

/** The same piece for ever. */
export function* endlessly(piece: Uint8Array): Generator<Uint8Array> {
  for (;;) yield piece;
}

/** POSTs octets to the endpoint of a scene, as they are. */
export async function post(
  { registrar }: Scene,
  body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const { app } = mountRegistrar(registrar);
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    duplex: 'half',
  };
  return app.request('/', init);
}

/** A body of exactly so many octets that would be granted, were it not for its size. */
export function bodyOf(octets: number): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify({ redirect_uris: [`${REGISTER}/callback`] });
  return new TextEncoder().encode(text.padEnd(octets));
}
