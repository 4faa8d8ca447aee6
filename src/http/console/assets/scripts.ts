// Made by docs/make-scripts.ts from src/http/console/browser; do not edit.
import type { ScriptName } from './script-names.ts';

export const SCRIPTS: Readonly<Record<ScriptName, string>> = {
  "console": "\"use strict\";(()=>{for(let e of document.querySelectorAll(\"button[data-copy]\")){let t=e.parentElement?.querySelector(\"code\")?.textContent??\"\";if(!isSecureContext)continue;let n=e.textContent;e.hidden=!1,e.addEventListener(\"click\",()=>{navigator.clipboard.writeText(t).then(()=>d(e,\"Copied\",n),()=>d(e,\"Select and copy by hand\",n))})}function d(e,t,n){e.textContent=t,setTimeout(()=>{e.textContent=n},2e3)}for(let e of document.querySelectorAll('form[method=\"post\"]'))e.addEventListener(\"submit\",t=>{e.dataset.sent===\"true\"&&t.preventDefault(),e.dataset.sent=\"true\",addEventListener(\"pageshow\",()=>delete e.dataset.sent,{once:!0})});var i=document.querySelector(\"[data-offline]\");function o(){i!==null&&(i.hidden=navigator.onLine)}addEventListener(\"online\",o);addEventListener(\"offline\",o);o();})();\n",
  "passkeys": "",
  "editor": "",
  "review": "",
  "ledger-check": "",
};
