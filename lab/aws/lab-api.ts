import type { BlueClusterSeed } from './seed';
import { readFault } from './faults';
import type { RequestLog } from './request-log';
import type { WireAnswer, WireRequest } from './wire/protocol';
import type { World } from './world';

/** Answers requests under `/_lab/`: fault switches, the request log, seeding. JSON in and out, no credentials. */
export type LabApi = (request: WireRequest) => Promise<WireAnswer>;

type Route = (request: WireRequest) => unknown;

export function createLabApi(world: World, log: RequestLog, seedBlueCluster: (seed: BlueClusterSeed) => void): LabApi {
  const routes: Readonly<Record<string, Route>> = {
    'GET /_lab/requests': ({ query }) => {
      const [service, action] = [query.get('service'), query.get('action')];
      return log
        .list()
        .filter((entry) => (service ?? entry.service) === entry.service && (action ?? entry.action) === entry.action);
    },
    'GET /_lab/faults': () => world.faults.list(),
    'POST /_lab/faults': ({ body }) => {
      world.faults.add(readFault(JSON.parse(body)));
      return world.faults.list();
    },
    'DELETE /_lab/faults': () => {
      world.faults.clear();
      return [];
    },
    'POST /_lab/clusters': ({ body }) => {
      seedBlueCluster(JSON.parse(body) as BlueClusterSeed);
      return {};
    },
  };
  return async (request) => {
    const route = routes[`${request.method} ${request.path}`];
    if (route === undefined) return json(404, { error: `No such path. There are: ${Object.keys(routes).join('; ')}` });
    try {
      const content = await route(request);
      world.store.save();
      return json(200, content);
    } catch (error) {
      return json(400, { error: error instanceof Error ? error.message : String(error) });
    }
  };
}

function json(status: number, content: unknown): WireAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
}
