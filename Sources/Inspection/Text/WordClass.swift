/// What a word can do in an English sentence that tells a model what to do.
struct WordClass: OptionSet, Sendable {
  let rawValue: UInt32

  /// Must, mandatory, always: it leaves no choice.
  static let obliges = WordClass(rawValue: 1 << 0)
  /// Please, should, make sure: it asks.
  static let asks = WordClass(rawValue: 1 << 1)
  /// Something a model does with a tool, a file or an address.
  static let acts = WordClass(rawValue: 1 << 2)
  /// Acts that run something.
  static let runs = WordClass(rawValue: 1 << 3)
  /// Before, after, first: it orders steps.
  static let orders = WordClass(rawValue: 1 << 4)
  /// Tell, mention, reveal.
  static let tells = WordClass(rawValue: 1 << 5)
  /// Not, never, without.
  static let negates = WordClass(rawValue: 1 << 6)
  /// The person a model works for.
  static let person = WordClass(rawValue: 1 << 7)
  /// The model itself.
  static let model = WordClass(rawValue: 1 << 8)
  /// Reasons that are given for what is unusual: compliance, security, maintenance.
  static let pressure = WordClass(rawValue: 1 << 9)
  /// Change, replace, ignore: it takes what somebody else gave and makes it another.
  static let alters = WordClass(rawValue: 1 << 10)
  /// What somebody gave: input, parameter, query, request.
  static let given = WordClass(rawValue: 1 << 11)
  /// Regardless, automatically, secretly, instead.
  static let regardless = WordClass(rawValue: 1 << 12)
  /// Deprecated, disabled, unavailable.
  static let retires = WordClass(rawValue: 1 << 13)
  /// Words for secrets.
  static let secret = WordClass(rawValue: 1 << 14)
  /// Previous, earlier, above: what was said before.
  static let earlier = WordClass(rawValue: 1 << 15)
  /// Instructions, rules, guidelines.
  static let rules = WordClass(rawValue: 1 << 16)
  /// Send, forward, upload: it takes something elsewhere.
  static let sends = WordClass(rawValue: 1 << 17)
  /// Tool, function, server.
  static let tool = WordClass(rawValue: 1 << 18)
  /// Conversation, history, messages.
  static let conversation = WordClass(rawValue: 1 << 19)
  /// All, full, entire.
  static let whole = WordClass(rawValue: 1 << 20)

  /// The classes of a word in lower case.
  static func of(_ word: String) -> WordClass { table[word] ?? [] }

  private static let table: [String: WordClass] = {
    var table: [String: WordClass] = [:]
    for (classes, words) in groups {
      for word in words.split(separator: " ") { table[String(word), default: []].insert(classes) }
    }
    return table
  }()

  private static let groups: [(WordClass, String)] = [
    (.obliges, "must mandatory required requires always never shall mandated obligatory"),
    (.asks, "should please need needs ensure sure necessary essential crucial critical important"),
    (.asks, "have has required supplemented remember imperative"),
    (
      .acts,
      """
      call calling called invoke invoking use using run running execute executing read reading \
      open access accessing fetch send post forward upload append add include pass redirect visit \
      navigate load retrieve perform cat write echo update download query search copy insert put \
      report state present check verify launch trigger provide extract collect gather
      """
    ),
    (.runs, "run running execute executing launch perform"),
    (.orders, "before prior after first then afterwards beforehand whenever upon subsequently"),
    (
      .tells,
      """
      tell telling inform informing mention mentioning reveal revealing disclose disclosing show \
      showing notify notifying say saying alert alerting report explain warn expose discuss
      """
    ),
    (.negates, "not never don't dont without cannot can't avoid refrain no nor mustn't shouldn't"),
    (
      .person,
      """
      user users user's human humans person anyone anybody anything operator customer customer's \
      them him her people client change changes this it step
      """
    ),
    (.model, "you your yourself assistant model llm ai agent claude gpt chatgpt gemini copilot"),
    (
      .pressure,
      """
      compliance regulatory regulations regulation security secure audit auditing integrity \
      protocol verification verify maintenance internal mandatory critical urgent policy \
      authentication authorization validation validate notice announcement optimization \
      optimizations optimal enhanced promotional privacy emergency override priority system
      """
    ),
    (
      .alters,
      """
      change changing modify modifying replace replacing set override overriding ignore ignoring \
      alter altering substitute redirect redirecting discard rewrite swap disregard bypass force \
      bcc cc
      """
    ),
    (
      .given,
      """
      input inputs parameter parameters query queries request requests destination recipient \
      setting settings limit argument arguments value values name address prompt choice url amount \
      account asks asked says specified user-specified user's
      """
    ),
    (
      .regardless,
      """
      regardless automatically automatic secretly silently instead irrespective quietly covertly \
      always transparently
      """
    ),
    (
      .retires,
      """
      deprecated disabled unavailable obsolete discontinued retired insecure broken replaced \
      superseded outdated vulnerable offline
      """
    ),
    (
      .secret,
      """
      password passwords passphrase credential credentials secret secrets apikey apikeys \
      cookies token tokens keys passwd keychain keystore wallet mnemonic
      """
    ),
    (.earlier, "previous prior earlier above preceding existing other all"),
    (.rules, "instructions instruction rules guidelines guardrails restrictions directives safety"),
    (
      .sends,
      """
      send sending forward forwarding upload uploading post transmit exfiltrate email e-mail share \
      submit deliver pass include append attach insert put bcc leak
      """
    ),
    (.tool, "tool tools function functions server servers mcp endpoint"),
    (.conversation, "conversation chat history transcript conversations dialogue prompt"),
    (.whole, "all full entire whole complete everything every verbatim raw"),
  ]
}
