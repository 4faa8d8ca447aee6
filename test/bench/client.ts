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
  /** Opens a page, as a browser with this Cookie header; throws unless it is there. */
  readonly page: (path: string, cookie?: string) => Promise<string>;
  readonly close: () => void;
};

export function createClient(url: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (
    sending: { readonly method: string; readonly path: string; readonly status: number },
    headers: Readonly<Record<string, string | number>>,
    text?: string,
  ) =>
    new Promise<string>((resolve, reject) => {
      const { method, path, status } = sending;
      const sent = request(`${url}${path}`, { method, agent, headers });
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
    });
  return {
    call: (method, path, token, status, body) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const described =
        text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      return ask({ method, path, status }, { authorization: `Bearer ${token}`, ...described }, text);
    },
    page: (path, cookie) =>
      ask(
        { method: 'GET', path, status: 200 },
        { accept: 'text/html', ...(cookie === undefined ? {} : { cookie }) },
      ),
    close: () => agent.destroy(),
  };
}
