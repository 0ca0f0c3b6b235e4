extension Stylesheet {
  /// How approvals look: one part of their page draws the eye, why the call was flagged.
  static let approvals = """
    .tabs { display: flex; gap: .25rem; margin: 0 0 1rem; }
    .tabs a {
      padding: .35rem .8rem; border-radius: 6px; color: var(--soft); text-decoration: none;
    }
    .tabs a[aria-current] { color: var(--text); background: var(--code); }
    .standing { margin: 0 0 1.25rem; }
    .call { font-size: 1.05rem; margin: .35rem 0; }
    .flagged { background: var(--wait-ground); border: 2px solid var(--wait); }
    .flagged h2 { color: var(--wait); }
    .flagged .advice { font-size: 1.1rem; font-weight: 600; }
    .flagged .advice + .advice { margin-top: -.5rem; }
    .arguments dd code { white-space: pre-wrap; }
    .arguments code.string { color: inherit; }
    summary { cursor: pointer; padding: .25rem 0; }
    details > pre { margin-top: .5rem; max-height: 30rem; }
    ol.plain { list-style: none; margin: 0; padding: 0; }
    .earlier li { display: flex; flex-wrap: wrap; gap: .2rem .7rem; padding: .35rem 0; }
    .earlier time { color: var(--soft); font-variant-numeric: tabular-nums; font-size: .92rem; }
    .answer { margin-top: 1rem; }
    .answer .later { margin-left: auto; padding: .35rem 0; color: var(--soft); }
    code.condition { display: block; white-space: pre-wrap; padding: .4rem .6rem; }
    fieldset.choices { border: 0; margin: 0 0 1rem; padding: 0; }
    fieldset.choices legend { font-weight: 600; padding: 0; margin-bottom: .35rem; }
    fieldset.choices label {
      display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem .7rem; margin: 0;
      padding: .35rem 0; font-weight: 400;
    }
    fieldset.choices input { width: auto; margin: 0; }
    fieldset.choices strong { min-width: 4.5rem; }
    @media (max-width: 34rem) { .answer button { width: 100%; } }

    """
}
