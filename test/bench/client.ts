import { Agent, request } from 'node:http';

/** One keep-alive connection to a server, for requests one at a time. */
export type Client = {
  /** Gives the body; throws unless the status is the one named. */
  readonly call: (
    method: 'GET' | 'POST',
    path: string,
    token: string,
    status: number,
    body?: object,
  ) => Promise<string>;
  readonly close: () => void;
};

export function createClient(url: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    call: (method, path, token, status, body) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const sent = request(`${url}${path}`, {
          method,
          agent,
          headers: {
            authorization: `Bearer ${token}`,
            ...(text === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          },
        });
        sent.on('error', reject).on('response', (response) => {
          let answer = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
          response.on('end', () =>
            response.statusCode === status
              ? resolve(answer)
              : reject(new Error(`${method} ${path}: ${response.statusCode} ${answer}`)),
          );
        });
        sent.end(text);
      }),
    close: () => agent.destroy(),
  };
}
