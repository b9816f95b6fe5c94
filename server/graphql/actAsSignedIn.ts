import { pageSecretName, sessionHeader } from '../../contract/protocol.ts';

/**
 * The script that runs in the browser before GraphiQL: whatever that asks for does not count the cookie of whoever is signed
 * in, until its user ticks the box above it. That holds until the page is left or somebody else signs in: whatever leads here
 * with an operation of its own finds the box off.
 */
export const actAsSignedIn = `(() => {
  let on = false;
  const send = window.fetch.bind(window);
  window.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    if (!on || url.origin !== location.origin || url.pathname !== location.pathname) return send(input, init);
    const request = new Request(input, init);
    request.headers.set(${JSON.stringify(sessionHeader)}, localStorage.getItem(${JSON.stringify(pageSecretName)}) || 'on');
    return send(request);
  };
  const ask = async () => {
    const body = JSON.stringify({ query: '{ viewer { id session { databaseId } } }' });
    const answer = await fetch(location.pathname, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const { data } = await answer.json();
    return data && data.viewer.session ? data.viewer.id : undefined;
  };
  document.addEventListener('DOMContentLoaded', () => {
    const bar = document.createElement('div');
    bar.id = 'acting';
    bar.innerHTML = '<label><input type="checkbox"> Use my sign-in in this tab</label> <span role="status"></span>';
    document.body.prepend(bar);
    const [box, said] = [bar.querySelector('input'), bar.querySelector('span')];
    const show = async () => {
      box.checked = on;
      said.textContent = '';
      if (!on) return;
      const id = await ask().catch(() => undefined);
      if (!on) return;
      if (id !== undefined) said.textContent = 'Signed in as ' + id;
      else said.innerHTML = 'Nobody is signed in. <a href="/sign-in?return_to=/graphql">Sign in</a>';
    };
    const turn = (next) => {
      on = next;
      void show();
    };
    box.onchange = () => turn(box.checked);
    addEventListener('pagehide', () => turn(false));
    addEventListener('storage', ({ key }) => {
      if (key === null || key === ${JSON.stringify(pageSecretName)}) turn(false);
    });
    void show();
  });
})();`;

/** How the box stands above GraphiQL. */
export const actingStyle = `
#acting { box-sizing: border-box; height: 30px; padding: 5px 12px; font: 13px/20px system-ui, sans-serif; color-scheme: light dark; color: CanvasText; background: Canvas }
#acting input { margin: 0 4px 0 0; vertical-align: -2px }
#acting span { margin-left: 8px }
body .graphiql-container { height: calc(100vh - 30px) }`;
