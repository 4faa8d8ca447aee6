import {
  domainProof,
  proofFileUrl,
  proofRecordName,
  type DomainClaim,
  type DomainLook,
} from '../../domain/domain-claim.ts';
import type { Issuer } from '../issuer.ts';

const FILE_WANTED = { accept: ['text/plain'], maxOctets: 1_024, timeoutMilliseconds: 5_000 } as const;

type Found = { readonly found: boolean; readonly answered: boolean; readonly detail: string };

/** Looks for the proof of a claim where its publisher may have put it: as a TXT record, or as a file. */
export async function lookForProof(issuer: Issuer, claim: DomainClaim): Promise<DomainLook> {
  const [record, file] = await Promise.all([lookAtRecord(issuer, claim), lookAtFile(issuer, claim)]);
  if (record.found) return { found: true, method: 'dns' };
  if (file.found) return { found: true, method: 'file' };
  // Who has lost a domain, or let it go, has no say over its name servers: their answer counts.
  return { found: false, isCertain: record.answered, detail: `${record.detail} ${file.detail}` };
}

async function lookAtRecord(issuer: Issuer, claim: DomainClaim): Promise<Found> {
  const name = proofRecordName(claim.domain);
  try {
    const records = await issuer.resolveText(name);
    const detail =
      records.length === 0
        ? `There is no TXT record at ${name}.`
        : `${records.length === 1 ? 'The TXT record' : `None of the ${records.length} TXT records`} at ${name} ${
            records.length === 1 ? 'holds something else' : 'holds the text'
          }.`;
    return { found: records.some((text) => text.trim() === domainProof(claim)), answered: true, detail };
  } catch {
    return { found: false, answered: false, detail: `The name servers of ${claim.domain} did not answer.` };
  }
}

async function lookAtFile(issuer: Issuer, claim: DomainClaim): Promise<Found> {
  const url = proofFileUrl(claim.domain);
  const fetched = await issuer.fetcher(url, FILE_WANTED);
  if (!fetched.ok) return { found: false, answered: false, detail: `At ${url}: ${fetched.error.detail}` };
  // Whatever is no UTF-8 is not the proof either.
  const text = new TextDecoder().decode(fetched.value.octets).trim();
  return {
    found: text === domainProof(claim),
    answered: true,
    detail: `The file ${url} holds something else.`,
  };
}
