/** How a setting is written into the form. */
export type SettingKind =
  | {
      readonly kind:
        'duration' | 'number' | 'text' | 'lines' | 'any_or_lines' | 'group_roles' | 'trust_domains';
    }
  | {
      readonly kind: 'choice';
      readonly options: readonly { readonly value: string; readonly label: string; readonly help: string }[];
    };

/** One setting of the policy: where it stands in the wire format, what it is called, and what it does. */
export type Setting = SettingKind & { readonly path: string; readonly label: string; readonly help: string };

export type SettingGroup = {
  readonly title: string;
  readonly lead: string;
  readonly settings: readonly Setting[];
};

const SEVERITIES = [
  { value: 'error', label: 'Refused', help: 'Such metadata cannot be submitted.' },
  { value: 'warning', label: 'Warned of', help: 'It can be submitted; the reviewer sees a warning.' },
];
const SIGN_IN_CHOICES = [
  { value: 'allowed', label: 'Allowed', help: 'One way among others.' },
  { value: 'required', label: 'Required', help: 'The only way to sign in.' },
  { value: 'off', label: 'Off', help: 'Nobody signs in like this.' },
];

/** Every setting, in the order of the page. */
export const POLICY_GROUPS: readonly SettingGroup[] = [
  {
    title: 'Review',
    lead: 'Submissions keep the number of approvals of the day they came.',
    settings: [
      {
        path: 'required_approvals',
        label: 'Approvals needed',
        help: 'How many different reviewers must approve a submission before anything is signed.',
        kind: 'choice',
        options: [
          { value: '1', label: 'One reviewer', help: 'Never one of the publisher’s own people.' },
          { value: '2', label: 'Two reviewers', help: 'The second sees what the first decided.' },
        ],
      },
    ],
  },
  {
    title: 'Statements',
    lead: 'What holds for statements that are issued from now on. Those issued already keep what they say.',
    settings: [
      {
        path: 'statement.default_lifetime_seconds',
        label: 'Usual lifetime',
        help: 'How long a statement lasts when nobody asks for less or more. Such as: 90 days.',
        kind: 'duration',
      },
      {
        path: 'statement.max_lifetime_seconds',
        label: 'Longest lifetime',
        help: 'More cannot be asked for. A long one is safe as long as consumers check the status list.',
        kind: 'duration',
      },
      {
        path: 'statement.audiences',
        label: 'Authorization servers',
        help: 'Issuer identifiers (RFC 8414) that statements may be made for, one a line.',
        kind: 'any_or_lines',
      },
      {
        path: 'statement.max_audiences',
        label: 'Most servers in one statement',
        help: 'A statement names at most so many.',
        kind: 'number',
      },
    ],
  },
  {
    title: 'Client metadata',
    lead: 'What may be submitted. What is approved already stands.',
    settings: [
      {
        path: 'metadata.unverified_hosts',
        label: 'Hosts outside the publisher’s verified domains',
        help: 'In redirect addresses and the addresses of pages.',
        kind: 'choice',
        options: SEVERITIES,
      },
      {
        path: 'metadata.deprecated_grants',
        label: 'The implicit and password grants',
        help: 'RFC 9700 §2.1.2 and §2.4 advise against them.',
        kind: 'choice',
        options: SEVERITIES,
      },
      {
        path: 'metadata.max_redirect_uris',
        label: 'Most redirect URIs',
        help: 'Each one is a place where authorization codes may be sent.',
        kind: 'number',
      },
      {
        path: 'metadata.extra_members',
        label: 'Further members',
        help: 'Members beyond the registered ones (RFC 7591 §2) that may be submitted and signed, one a line.',
        kind: 'lines',
      },
      {
        path: 'metadata.extra_grant_types',
        label: 'Further grant types',
        help: 'Grant types beyond the known ones, one a line.',
        kind: 'lines',
      },
    ],
  },
  {
    title: 'Keys',
    lead: 'Times that must fit the caches of those who check statements.',
    settings: [
      {
        path: 'keys.jwks_max_age_seconds',
        label: 'How long the key set may be cached',
        help: 'max-age of the JWK Set. Short means that a revoked key is forgotten soon.',
        kind: 'duration',
      },
      {
        path: 'keys.pre_publication_seconds',
        label: 'How long a key is published before it signs',
        help: 'Longer than anybody keeps the key set, so that no statement comes from a key that somebody has not seen.',
        kind: 'duration',
      },
      {
        path: 'keys.clock_skew_seconds',
        label: 'How far off clocks may be',
        help: 'Keys are kept for so much longer than the last statement they signed.',
        kind: 'duration',
      },
    ],
  },
  {
    title: 'Token endpoint',
    lead: 'Who gets statements without a person at the keyboard, and for how long a request waits for one.',
    settings: [
      {
        path: 'exchange.workload_issuers',
        label: 'OpenID Connect issuers of workloads',
        help: 'Issuers whose tokens publishers may bind CI jobs and services to, one a line. Each is trusted to say who runs there.',
        kind: 'lines',
      },
      {
        path: 'exchange.trust_domains',
        label: 'SPIFFE trust domains',
        help: 'One a line: its name, then the https URL of its bundle endpoint or the bundle itself as JSON, then what iss must be, if that matters. Such as: example.org https://spire.example.org/bundle',
        kind: 'trust_domains',
      },
      {
        path: 'exchange.renewal_grace_seconds',
        label: 'An expired statement still renews itself for',
        help: 'After that, a first statement is asked for again. 0 seconds: it must be renewed while it lasts.',
        kind: 'duration',
      },
      {
        path: 'exchange.deferral_lifetime_seconds',
        label: 'A request waits for reviewers for',
        help: 'Then it is over, and whoever asked must ask again.',
        kind: 'duration',
      },
      {
        path: 'exchange.poll_interval_seconds',
        label: 'Clients that wait ask again every',
        help: 'Those that ask more often are told to slow down.',
        kind: 'duration',
      },
      {
        path: 'exchange.max_pending',
        label: 'Most requests that wait, for one software',
        help: 'Further ones are refused until reviewers have decided.',
        kind: 'number',
      },
    ],
  },
  {
    title: 'Signing in',
    lead: 'How people get into this console. API tokens are not touched by it.',
    settings: [
      {
        path: 'sign_in.passkeys',
        label: 'Passkeys',
        help: 'Nothing to steal or to type in. Approving, revoking, keys and roles ask for a fresh one.',
        kind: 'choice',
        options: SIGN_IN_CHOICES,
      },
      {
        path: 'sign_in.open_id_connect',
        label: 'Your identity provider (OpenID Connect)',
        help: 'It is named when the server starts, by IMPRIMATUR_OIDC_ISSUER.',
        kind: 'choice',
        options: SIGN_IN_CHOICES,
      },
      {
        path: 'sign_in.groups.claim',
        label: 'Claim that holds groups',
        help: 'The claim of an ID token that lists the groups of a person.',
        kind: 'text',
      },
      {
        path: 'sign_in.groups.roles',
        label: 'Roles by group',
        help: 'One group a line, with the roles that its people have: security-team = reviewer, auditor',
        kind: 'group_roles',
      },
      {
        path: 'sign_in.session.idle_seconds',
        label: 'A session ends when it is not used for',
        help: 'Such as: 8 hours.',
        kind: 'duration',
      },
      {
        path: 'sign_in.session.absolute_seconds',
        label: 'A session ends in any case after',
        help: 'Then the person signs in again.',
        kind: 'duration',
      },
      {
        path: 'sign_in.session.step_up_seconds',
        label: 'A passkey just shown is fresh for',
        help: 'As long as that, approving, revoking, key operations and role changes ask for no passkey.',
        kind: 'duration',
      },
    ],
  },
];

export const POLICY_SETTINGS: readonly Setting[] = POLICY_GROUPS.flatMap(({ settings }) => settings);

/** What people call a setting, by its path or that of something in it. */
export function policyLabel(path: string): string | undefined {
  return POLICY_SETTINGS.find((setting) => path === setting.path || path.startsWith(`${setting.path}.`))
    ?.label;
}
