import type { AdapterFactory, AdapterPayload } from 'oidc-provider';

type Stored = { readonly payload: AdapterPayload; readonly until: number };

/** Keeps sessions, grants and tokens in memory, for trying things out: bring your own adapter (oidc-provider, "adapter"). */
export function memoryAdapter(): AdapterFactory {
  const models = new Map<string, Map<string, Stored>>();
  const live = (stored: Stored | undefined) =>
    stored !== undefined && stored.until > Date.now() ? stored.payload : undefined;
  return (name) => {
    const model = models.get(name) ?? new Map<string, Stored>();
    models.set(name, model);
    const findBy = (member: 'uid' | 'userCode', value: string) =>
      live([...model.values()].find(({ payload }) => payload[member] === value));
    return {
      upsert: async (id, payload, expiresIn = Infinity) => {
        model.set(id, { payload, until: Date.now() + expiresIn * 1000 });
      },
      find: async (id) => live(model.get(id)),
      findByUid: async (uid) => findBy('uid', uid),
      findByUserCode: async (userCode) => findBy('userCode', userCode),
      consume: async (id) => {
        const stored = model.get(id);
        if (stored !== undefined) stored.payload.consumed = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => {
        model.delete(id);
      },
      revokeByGrantId: async (grantId) => {
        for (const [id, { payload }] of model) if (payload.grantId === grantId) model.delete(id);
      },
    };
  };
}
