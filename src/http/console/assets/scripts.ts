// Made by docs/make-scripts.ts from src/http/console/browser; do not edit.
import type { ScriptName } from './script-names.ts';

export const SCRIPTS: Readonly<Record<ScriptName, string>> = {
  "console": "\"use strict\";(()=>{for(let e of document.querySelectorAll(\"button[data-copy]\")){let t=e.parentElement?.querySelector(\"code\")?.textContent??\"\";if(!isSecureContext)continue;let n=e.textContent;e.hidden=!1,e.addEventListener(\"click\",()=>{navigator.clipboard.writeText(t).then(()=>r(e,\"Copied\",n),()=>r(e,\"Select and copy by hand\",n))})}function r(e,t,n){e.textContent=t,setTimeout(()=>{e.textContent=n},2e3)}for(let e of document.querySelectorAll('form[method=\"post\"]'))e.addEventListener(\"submit\",t=>{e.dataset.sent===\"true\"&&t.preventDefault(),e.dataset.sent=\"true\",addEventListener(\"pageshow\",()=>delete e.dataset.sent,{once:!0})});if(isSecureContext&&\"serviceWorker\"in navigator){let e=document.querySelector('meta[name=\"service-worker\"]')?.content;e!==void 0&&navigator.serviceWorker.register(e).catch(()=>{})}var i=document.querySelector(\"[data-offline]\");function o(){i!==null&&(i.hidden=navigator.onLine)}addEventListener(\"online\",o);addEventListener(\"offline\",o);o();})();\n",
  "passkeys": "",
  "editor": "",
  "review": "",
  "ledger-check": "",
  "service-worker": "\"use strict\";(()=>{var a=\"offline-1\",n=new URL(\"offline\",location.href).href;addEventListener(\"install\",e=>{l(e)&&e.waitUntil(c())});addEventListener(\"fetch\",e=>{if(!d(e)||e.request.method!==\"GET\")return;let{request:t}=e;t.mode===\"navigate\"?e.respondWith(fetch(t).catch(async()=>await i(n)??Response.error())):/\\/assets\\/[^/]+\\.(?:css|svg)$/.test(new URL(t.url).pathname)&&e.respondWith(fetch(t).catch(async()=>await i(t.url)??Response.error()))});async function c(){let e=await fetch(n,{credentials:\"omit\"}),o=[...(await e.clone().text()).matchAll(/href=\"([^\"]*\\/assets\\/[^\"]+\\.(?:css|svg))\"/g)].map(([,r=\"\"])=>r),s=await caches.open(a);await Promise.all([s.put(n,e),s.addAll(o)])}async function i(e){return(await caches.open(a)).match(e)}function l(e){return\"waitUntil\"in e}function d(e){return\"respondWith\"in e&&\"request\"in e}})();\n",
};
