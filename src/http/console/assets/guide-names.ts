/** The guides for those who run an authorization server, each from the file of this name in `docs/`. */
export const GUIDE_FILES = {
  'authorization-servers': 'authorization-servers.md',
  recipes: 'recipes.md',
  kit: 'kit.md',
  registrar: 'registrar.md',
  'oidc-provider': 'integrations/oidc-provider.md',
  'mcp-sdk': 'integrations/mcp-sdk.md',
  'cloudflare-workers-oauth-provider': 'integrations/cloudflare-workers-oauth-provider.md',
} as const;

export type GuideName = keyof typeof GUIDE_FILES;

/** A guide as it is shown: its title, and the rest as markup that this project wrote. */
export type Guide = { readonly title: string; readonly markup: string };
