/// How every page looks: the system's own fonts, light and dark, from a phone's width on.
enum Stylesheet {
  static let text = """
    :root {
      color-scheme: light dark;
      --page: #f6f5f2; --sheet: #ffffff; --line: #dcd9d2; --edge: #8b877e;
      --text: #1d1c1a; --soft: #5c5952; --main: #1f5f5b; --main-over: #174a47; --on-main: #ffffff;
      --link: #1a5d59; --good: #1c6b3a; --good-ground: #e6f3ea; --bad: #9a2a1f;
      --bad-ground: #fbeae7; --wait: #7a5200; --wait-ground: #fbf1dc; --code: #efede8;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #151514; --sheet: #1f1f1d; --line: #393834; --edge: #7d7a72;
        --text: #eceae5; --soft: #aaa69c; --main: #7cc7c0; --main-over: #9ad8d2; --on-main: #0d2422;
        --link: #8ad0ca; --good: #8fd6a6; --good-ground: #16301f; --bad: #f4a79c;
        --bad-ground: #3a1c18; --wait: #ecc578; --wait-ground: #352a12; --code: #2a2a27;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body {
      margin: 0; min-height: 100vh; background: var(--page); color: var(--text);
      font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    }
    a { color: var(--link); text-underline-offset: .15em; }
    :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
    .skip { position: absolute; left: -999rem; }
    .skip:focus {
      left: 1rem; top: .5rem; z-index: 1; padding: .5rem 1rem; background: var(--sheet);
    }

    .top {
      display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem;
      padding: .6rem 1.25rem; background: var(--sheet); border-bottom: 1px solid var(--line);
    }
    .top a { text-decoration: none; }
    .top .name { font-weight: 650; color: var(--text); letter-spacing: .01em; padding: .35rem 0; }
    .top nav { display: flex; flex-wrap: wrap; gap: .25rem; flex: 1; }
    .top nav a { padding: .35rem .7rem; border-radius: 6px; color: var(--soft); }
    .top nav a:hover { color: var(--text); }
    .top nav a[aria-current] { color: var(--text); background: var(--code); }
    .top .who { display: flex; align-items: center; gap: .75rem; margin-left: auto; }
    .top .who form { margin: 0; }

    main { margin: 0 auto; padding: 2rem 1.25rem 4rem; }
    main.narrow { max-width: 29rem; }
    main.wide { max-width: 60rem; }
    h1 { font-size: 1.6rem; line-height: 1.25; font-weight: 650; margin: .5rem 0 1.25rem; }
    h2 { font-size: 1.15rem; line-height: 1.3; font-weight: 650; margin: 0 0 .75rem; }
    p { margin: 0 0 1rem; }
    .hint, .soft { color: var(--soft); font-size: .92rem; }
    .hint { margin: 0 0 .35rem; }

    .sheet {
      background: var(--sheet); border: 1px solid var(--line); border-radius: 10px;
      padding: 1.5rem; margin: 0 0 1.25rem;
    }
    .sheet > :last-child, .sheet form > :last-child { margin-bottom: 0; }
    form { margin: 0 0 1rem; }
    label { display: block; font-weight: 600; margin: 0 0 .3rem; }
    input, textarea, select {
      display: block; width: 100%; margin: 0 0 1.1rem; padding: .6rem .7rem; font: inherit;
      color: inherit; background: var(--sheet); border: 1px solid var(--edge); border-radius: 6px;
    }
    input[type=checkbox], input[type=radio] { display: inline-block; width: auto; margin: 0; }
    input[inputmode=numeric] {
      font-size: 1.3rem; letter-spacing: .25em; font-variant-numeric: tabular-nums;
    }
    button, .button {
      display: inline-block; font: inherit; font-weight: 600; cursor: pointer;
      padding: .6rem 1.1rem; border-radius: 6px; border: 1px solid var(--edge);
      background: var(--sheet); color: var(--text);
      text-decoration: none;
    }
    button:hover, .button:hover { border-color: var(--text); }
    button.main { background: var(--main); border-color: var(--main); color: var(--on-main); }
    button.main:hover { background: var(--main-over); border-color: var(--main-over); }
    button.danger { color: var(--bad); border-color: var(--bad); }
    button.wide { width: 100%; }
    button.quiet { padding: .3rem .7rem; font-weight: 500; font-size: .92rem; }
    .row { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; }
    .row form { margin: 0; }
    .spread { justify-content: space-between; flex-wrap: nowrap; }
    .small { font-size: .8rem; overflow-wrap: anywhere; }
    .key { display: block; padding: .6rem .8rem; font-size: 1.05rem; word-spacing: .2em; }
    .qr {
      display: block; width: 100%; max-width: 15rem; margin: 0 auto 1rem; border-radius: 8px;
      background: #ffffff; fill: #000000;
    }
    .or { display: flex; align-items: center; gap: .8rem; color: var(--soft); margin: 1.25rem 0; }
    .or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line); }

    .alert, .note { padding: .7rem .9rem; border-radius: 6px; border-left: 4px solid; }
    .alert { background: var(--bad-ground); border-color: var(--bad); color: var(--bad); }
    .note { background: var(--good-ground); border-color: var(--good); color: var(--good); }
    [hidden] { display: none; }
    .tag {
      display: inline-block; padding: .05rem .55rem; border-radius: 999px; font-size: .85rem;
      font-weight: 600; background: var(--code); color: var(--soft);
    }
    .tag.good { background: var(--good-ground); color: var(--good); }
    .tag.bad { background: var(--bad-ground); color: var(--bad); }
    .tag.wait { background: var(--wait-ground); color: var(--wait); }

    code, pre, .mono {
      font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", monospace;
      font-size: .92em;
    }
    code {
      background: var(--code); border-radius: 4px; padding: .1em .3em; overflow-wrap: anywhere;
    }
    pre {
      background: var(--code); border-radius: 6px; padding: .9rem 1rem; margin: 0 0 1rem;
      overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere;
    }
    dl {
      display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 0 0 1rem;
    }
    dt { color: var(--soft); }
    dd { margin: 0; overflow-wrap: anywhere; }
    .scroll { overflow-x: auto; margin: 0 0 1rem; }
    table { width: 100%; border-collapse: collapse; }
    th, td { text-align: left; vertical-align: top; padding: .55rem .75rem .55rem 0; }
    th { font-weight: 600; color: var(--soft); font-size: .92rem; }
    tr + tr > *, thead + tbody > tr > * { border-top: 1px solid var(--line); }
    ul.plain { list-style: none; margin: 0 0 1rem; padding: 0; }
    ul.plain > li { padding: .75rem 0; border-top: 1px solid var(--line); }
    ul.plain > li:first-child { border-top: 0; padding-top: 0; }
    @media (max-width: 34rem) {
      .top { padding: .5rem 1rem; }
      .top nav { order: 3; flex-basis: 100%; }
      main { padding: 1.25rem 1rem 3rem; }
      .sheet { padding: 1.1rem; }
      dl { grid-template-columns: 1fr; gap: 0; }
      dd { margin-bottom: .6rem; }
    }

    """
}
