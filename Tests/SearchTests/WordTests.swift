import Testing

@testable import Search

@Suite("Words")
struct WordTests {
  @Test(
    arguments: [
      ("listPullRequests_v2", "list pull requests v2"),
      ("get-user.by id/now", "get user by id now"),
      ("HTTPServer parseJSONFile XMLHttpRequest", "http server parse json file xml http request"),
      ("IDs URLs APIs", "ids urls apis"),
      ("iPhone eBay OAuth2Token", "iphone ebay oauth2 oauth token"),
      ("GitHub git_hub github", "github github github"),
      ("FileSystem file systems", "filesystem filesystems"),
      ("SQLite MongoDB GraphQL YouTube", "sqlite mongodb graphql youtube"),
      ("k8s s3 base64Encode ec2", "k8s s3 base64 base encode ec2"),
      ("user's don't 'quoted'", "user dont quoted"),
      ("2024-01-02 10.5", "2024 01 02 10 5"),
      ("", ""), ("--- !!", ""),
    ])
  func `text is cut into words`(text: String, words: String) {
    #expect(WordSplitter.words(of: text).joined(separator: " ") == words)
  }

  @Test(
    arguments: [
      ("Zürich straße ŒUVRE Łódź", "zurich strasse oeuvre lodz"),
      ("Zu\u{308}rich", "zurich"), ("ＡＢＣ　１２", "abc 12"), ("Ελλάδα ΈΡΓΟ", "ελλαδα εργο"),
      ("Ёлка ЙОД", "елка иод"), ("العَرَبِيَّة", "العربية"), ("शांति", "शांति"),
      ("日本語 検", "日本 本語 検"), ("東京tower", "東京 tower"), ("한국어 검색", "한국어 검색"),
      ("ไทย", "ไท ทย"),
    ])
  func `words of any script are folded`(text: String, words: String) {
    #expect(WordSplitter.words(of: text).joined(separator: " ") == words)
  }

  @Test func `a word and a text are bounded`() {
    let long = String(repeating: "é", count: 1000)
    #expect(WordSplitter.words(of: long).map(\.utf8.count) == [WordSplitter.wordBytesMax])
    let mark = String(repeating: "я", count: 1000)
    #expect(WordSplitter.words(of: mark).map(\.utf8.count) == [WordSplitter.wordBytesMax])
    #expect(WordSplitter.words(of: "a b c d", limit: 2) == ["a", "b"])
  }

  @Test func `synonyms go both ways, and a phrase stands for words`() {
    for (one, other) in [
      ("delete", "remove"), ("list", "show"), ("fetch", "retrieve"), ("create", "add"),
      ("search", "find"), ("update", "modify"), ("run", "execute"), ("send", "post"),
      ("db", "database"), ("repo", "repository"), ("k8s", "kubernetes"),
    ] {
      #expect(stand(other, for: one) && stand(one, for: other), "\(one) \(other)")
    }
    #expect(stand("sql", for: "ddl") && !stand("ddl", for: "sql"))
    #expect(Synonyms.of(phrase: "look", "up").contains("search"))
  }
}

/// Whether one word may be what another means.
private func stand(_ other: String, for word: String) -> Bool {
  guard let number = Synonyms.number(of: EnglishStemmer.stem(word)),
    let wanted = Synonyms.number(of: EnglishStemmer.stem(other))
  else { return false }
  return Synonyms.of(number).contains(Int32(wanted))
}

@Suite("Queries")
struct QueryTests {
  private func words(_ query: String, _ kind: SearchQuery.Kind) -> [String] {
    SearchQuery(query).words.filter { $0.kind == kind }.map(\.text)
  }

  @Test func `politeness and function words are dropped`() {
    #expect(
      words("Could you please help me to list all of the open issues?", .plain)
        == ["list", "open", "issues"])
  }

  @Test func `values are literals, with a word for their kind`() {
    let query =
      "write \"hello world\" to report.pdf at https://example.com/a/b and mail bob@x.org 42"
    #expect(words(query, .plain) == ["write", "pdf", "mail"])
    #expect(
      words(query, .literal) == ["hello", "world", "report", "example", "com", "bob", "x", "org"])
    #expect(words(query, .hint) == ["file", "url", "email"])
    #expect(words(query, .number) == ["42"])
  }

  @Test func `an apostrophe opens no quotation`() {
    #expect(words("show the user's profile and the team's budget", .literal) == [])
    #expect(words("open 'quarterly plan' now", .literal) == ["quarterly", "plan"])
  }

  @Test func `a query of nothing else is about its values and small words`() {
    #expect(words("\"issue tracker\"", .plain) == ["issue", "tracker"])
    #expect(words("who is it", .plain) == ["who", "is", "it"])
    #expect(words("404", .plain) == ["404"])
  }

  @Test(arguments: [
    ("List the pods of Kubernetes", ["kubernetes"]), ("Get a PR. Then merge it", ["pr"]),
    ("SELECT rows with SQL", ["select", "sql"]), ("what (GitHub) issue", ["github"]),
    ("say \"Hello World\" to Zoë", ["zoe"]), ("List pods", []), ("a 10-K of it", ["k"]),
  ])
  func `a capital within a sentence makes a name`(query: String, names: [String]) {
    let words = SearchQuery(query).words
    #expect(words.filter { $0.isName && $0.kind == .plain }.map(\.text) == names)
  }

  @Test func `what is said twice counts once, and more`() {
    let query = SearchQuery("issue issues issue")
    #expect(query.words.map(\.text) == ["issue", "issues"])
    #expect(query.words.map(\.count) == [2, 1])
  }

  @Test func `a query is bounded`() {
    let long = (0..<10_000).map { "word\($0)" }.joined(separator: " ")
    #expect(SearchQuery(long).words.count == SearchQuery.wordsMax)
    #expect(SearchQuery(String(repeating: "\"", count: 100_000)).words.isEmpty)
  }

  @Test(arguments: [
    "list the open issues", "don't stop. Then go on.", "v1.2 of it", "see a.txt", "'a b' c",
    "x 'y' z",
    "the users' names", "mail to a@b.de", "a/b", "/etc/hosts", "read \"this\"", "`ls`", "www.a.de",
    "naïve “quotes”", ".", "e.g. that, etc.", "...and so on", "",
  ])
  func `a query without literals is told from others byte by byte`(query: String) {
    #expect(QueryLiterals.spans(of: query) == QueryLiterals.pieces(of: query))
  }

  @Test(arguments: [
    ("cafe\u{301} \"a b\" c", ["cafe\u{301} ", "a b*", " c"]),
    ("and/or \"x\" e\u{301}", ["and/or ", "x*", " e\u{301}"]),
    ("re-read notes.txt, then `ls`", ["re-read ", "notes.txt,*", "txt", " then ", "ls*"]),
    ("mail bob@x.org's \"box\"", ["mail ", "bob@x.org's*", " ", "box*"]),
    ("open/close it's\r\n'z' a\"b\"", ["open/close it's\r\n", "z*", " a", "b*"]),
    ("naïve x.md", ["naïve ", "x.md*", "md"]),
  ])
  func `a query is cut where literals begin and end`(query: String, pieces: [String]) {
    let found = QueryLiterals.pieces(of: query)
    #expect(found.map { $0.text + ($0.isLiteral ? "*" : "") } == pieces)
  }

  @Test(arguments: [
    ("weather", "weahter", 1), ("channel", "chanel", 1), ("channel", "channels", 1),
    ("message", "massage", 1), ("repository", "repositroies", nil), ("repository", "repositry", 1),
    ("calendar", "calandra", 2), ("abcde", "abcde", 0), ("abcde", "vwxyz", nil),
    ("abcde", "", nil), ("straße", "strasse", 2),
  ])
  func `letters that differ are counted as far as they matter`(
    word: String, other: String, edits: Int?
  ) {
    #expect(Spelling.edits(from: Array(word.utf8), to: other, most: 2) == edits)
  }

  @Test(arguments: [
    ("which pods run here", ActionRole.reads), ("please delete the old branch", .changes),
    ("how do I remove it", .reads), ("payments of last month", .reads), ("Set the title", .changes),
    ("show me what was deleted", .reads), ("erase these mails", .changes),
    ("get rid of it", .changes), ("look up the address", .reads),
  ])
  func `a wish looks or changes, by its first word that says so`(query: String, role: ActionRole) {
    #expect(ActionRole(ofQuery: SearchQuery(query).sequence) == role)
  }

  @Test(arguments: [
    ("listIssues", ActionRole.reads), ("kubectl_delete", .changes), ("get_or_create_label", .reads),
    ("reverse_geocode", nil),
  ])
  func `a tool looks or changes, by the first verb of its name`(name: String, role: ActionRole?) {
    #expect(ActionRole(ofName: WordSplitter.words(of: name)) == role)
  }
}
