import { z } from 'zod';
export const metadataPolicySchema = z.strictObject({ extra_members: z.array(z.string()) });
export const metadataPolicyOf = (b: z.output<typeof metadataPolicySchema>) => ({
  extraMembers: b.extra_members,
});
export const metadataPolicyBody = (p: { readonly extraMembers: readonly string[] }) => ({
  extra_members: [...p.extraMembers],
});
