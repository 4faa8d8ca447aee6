import { sha256Base64url } from '../../../domain/sha256.ts';
import { SCRIPT_NAMES, type ScriptName } from './script-names.ts';
import { SCRIPTS } from './scripts.ts';
import { MARK, STYLE } from './style.ts';

/** A file that pages refer to. Its name changes with its content, so that browsers may keep it for ever. */
export type Asset = { readonly name: string; readonly contentType: string; readonly text: string };

function asset(stem: string, extension: string, contentType: string, text: string): Asset {
  const digest = sha256Base64url(text).replaceAll(/[-_]/g, '').slice(0, 10);
  return { name: `${stem}-${digest}.${extension}`, contentType, text };
}

export const STYLESHEET = asset('console', 'css', 'text/css; charset=utf-8', compact(STYLE));
export const ICON = asset('mark', 'svg', 'image/svg+xml', MARK);

const BY_NAME = new Map<ScriptName, Asset>(
  SCRIPT_NAMES.map((name) => [name, asset(name, 'js', 'text/javascript; charset=utf-8', SCRIPTS[name])]),
);

const ASSETS = new Map([STYLESHEET, ICON, ...BY_NAME.values()].map((file) => [file.name, file]));

/** The file that goes by a name; undefined for any other. */
export function assetOf(name: string): Asset | undefined {
  return ASSETS.get(name);
}

/** What a script's file is called today. */
export function scriptFile(name: ScriptName): string {
  return BY_NAME.get(name)?.name ?? '';
}

function compact(style: string): string {
  return style.replaceAll(/\s*\n\s*/g, '\n').trim();
}
