import { isJsonObject, type JsonObject, type JsonValue } from '../../../../domain/json.ts';
import { err, ok, type Result } from '../../../../domain/result.ts';
import type { Form } from '../../form.ts';
import { readDuration, writeDuration } from './duration-text.ts';
import { POLICY_SETTINGS, type Setting } from './policy-settings.ts';
import type { FieldProblems } from './problems.ts';
import { trustDomainLines, trustDomainsIn } from './trust-domains-text.ts';

/** What stands in the fields of the form, by field name. */
export type PolicyText = Readonly<Record<string, string>>;

/** The field beside a list that says whether the list counts. */
export function choiceField(path: string): string {
  return `${path}.choice`;
}

/** A policy on the wire as it stands in the form. */
export function textOfPolicy(body: JsonObject): PolicyText {
  return Object.fromEntries(
    POLICY_SETTINGS.flatMap((setting) => fieldsOf(setting, valueAt(body, setting.path))),
  );
}

/** What a form sent, by field name. */
export function textOfForm(form: Form): PolicyText {
  return Object.fromEntries(
    POLICY_SETTINGS.flatMap((setting) => [
      [setting.path, form.raw(setting.path)],
      ...(setting.kind === 'any_or_lines'
        ? [[choiceField(setting.path), form.text(choiceField(setting.path))]]
        : []),
    ]),
  );
}

/** The policy on the wire that a form means; what cannot be read is told by field. */
export function policyOfText(text: PolicyText): Result<JsonObject, FieldProblems> {
  const problems: Record<string, string> = {};
  let body: JsonObject = {};
  for (const setting of POLICY_SETTINGS) {
    const value = valueOf(setting, text);
    if (value.ok) body = withValue(body, setting.path.split('.'), value.value);
    else problems[setting.path] = value.error;
  }
  return Object.keys(problems).length === 0 ? ok(body) : err(problems);
}

/** What a policy on the wire says at a path. */
export function valueAt(body: JsonObject, path: string): JsonValue | undefined {
  return path
    .split('.')
    .reduce<JsonValue | undefined>((value, name) => (isJsonObject(value) ? value[name] : undefined), body);
}

/** A value of a setting for people to read; a list line by line. */
export function settingWords(setting: Setting, value: JsonValue | undefined): readonly string[] {
  switch (setting.kind) {
    case 'duration':
      return [writeDuration(Number(value))];
    case 'choice':
      return [setting.options.find((option) => option.value === plain(value))?.label ?? plain(value)];
    case 'any_or_lines':
      return value === 'any' ? ['any'] : linesOf(value);
    case 'lines':
      return linesOf(value);
    case 'group_roles':
      return groupLines(value);
    case 'trust_domains':
      return trustDomainLines(value);
    case 'number':
    case 'text':
      return [plain(value)];
  }
}

/** What a setting is set to, for people; undefined for what is no whole setting. */
export function policyWords(path: string, value: JsonValue | undefined): readonly string[] | undefined {
  const setting = POLICY_SETTINGS.find((known) => known.path === path);
  return setting === undefined || value === undefined ? undefined : settingWords(setting, value);
}

function fieldsOf(setting: Setting, value: JsonValue | undefined): readonly (readonly [string, string])[] {
  const { path } = setting;
  switch (setting.kind) {
    case 'duration':
      return [[path, writeDuration(Number(value))]];
    case 'any_or_lines':
      return [
        [choiceField(path), value === 'any' ? 'any' : 'some'],
        [path, linesOf(value).join('\n')],
      ];
    case 'lines':
      return [[path, linesOf(value).join('\n')]];
    case 'group_roles':
      return [[path, groupLines(value).join('\n')]];
    case 'trust_domains':
      return [[path, trustDomainLines(value).join('\n')]];
    case 'choice':
    case 'number':
    case 'text':
      return [[path, plain(value)]];
  }
}

function valueOf(setting: Setting, text: PolicyText): Result<JsonValue, string> {
  const written = (text[setting.path] ?? '').trim();
  switch (setting.kind) {
    case 'duration': {
      const seconds = readDuration(written);
      return seconds === undefined
        ? err('Write a number and a unit: 90 days, 48 hours, 5 minutes, 30 seconds.')
        : ok(seconds);
    }
    case 'number':
      return /^\d{1,9}$/.test(written) ? ok(Number(written)) : err('Write a whole number.');
    case 'choice':
      return setting.options.some(({ value }) => value === written)
        ? ok(setting.path === 'required_approvals' ? Number(written) : written)
        : err('Choose one.');
    case 'any_or_lines':
      return ok(text[choiceField(setting.path)] === 'some' ? lines(written) : 'any');
    case 'lines':
      return ok(lines(written));
    case 'group_roles':
      return groupsIn(written);
    case 'trust_domains':
      return trustDomainsIn(lines(written));
    case 'text':
      return ok(written);
  }
}

function groupsIn(written: string): Result<JsonValue, string> {
  const groups = new Map<string, readonly string[]>();
  for (const line of lines(written)) {
    const at = line.lastIndexOf('=');
    const group = line.slice(0, Math.max(0, at)).trim();
    if (group === '') return err(`“${line}” names no group. Write: group = role, role`);
    if (groups.has(group)) return err(`“${group}” stands here twice.`);
    const roles = line
      .slice(at + 1)
      .split(',')
      .map((role) => role.trim())
      .filter((role) => role !== '');
    groups.set(group, [...new Set(roles)]);
  }
  return ok(Object.fromEntries(groups));
}

function groupLines(value: JsonValue | undefined): readonly string[] {
  return isJsonObject(value)
    ? Object.entries(value).map(([group, roles]) => `${group} = ${linesOf(roles).join(', ')}`)
    : [];
}

/** Text as it is, anything else as JSON writes it. */
function plain(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function linesOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(plain) : [];
}

function lines(text: string): readonly string[] {
  return [
    ...new Set(
      text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    ),
  ];
}

function withValue(body: JsonObject, path: readonly string[], value: JsonValue): JsonObject {
  const [name = '', ...rest] = path;
  if (rest.length === 0) return { ...body, [name]: value };
  const inner = body[name];
  return { ...body, [name]: withValue(isJsonObject(inner) ? inner : {}, rest, value) };
}
