import JSON
import Testing

/// Servers of a registry that is asked over HTTP.
@Suite(.ownThreads)
struct RegistryTests {
  private func start() throws -> (Gateway, HTTPServerFixture) {
    let gateway = try Gateway(upstreams: [:])
    let registry = try HTTPServerFixture.registry(in: gateway.scratch)
    gateway.keep(registry)
    return (gateway, registry)
  }

  private func asked(_ gateway: Gateway) -> [String] {
    gateway.scratch.lines(of: "registry.journal")
  }

  private func search(_ gateway: Gateway, _ words: String, _ registry: String) throws
    -> Process.Finished
  {
    try gateway.command(
      "catalog", "search", words, "--registry", registry, "--limit", "1000", "--json")
  }

  @Test("All pages of a registry are read, each once")
  func pages() throws {
    let (gateway, registry) = try start()
    let found = try search(gateway, "io.example", registry.url)
    #expect(found.code == 0, "\(found.errors)")
    let names = try JSONDocument(parsing: Array(found.output.utf8)).root.elements.compactMap {
      $0[member: "name"]?.string
    }
    #expect(names == (0..<250).map { "io.example/tool-" + String(1_000 + $0).dropFirst() })
    let query = "/v0.1/servers?limit=100&version=latest&search=io.example"
    #expect(
      asked(gateway) == [query, query + "&cursor=after%3A100", query + "&cursor=after%3A200"])
    // The address of the list itself is as good.
    let short = try gateway.command(
      "catalog", "search", "tool-24", "--registry", registry.url + "/v0.1/servers")
    #expect(short.output.contains("io.example/tool-249"))
  }

  @Test("A server of a registry is shown, and added with what its entry says")
  func add() throws {
    let (gateway, registry) = try start()
    let shown = try gateway.command("catalog", "show", "tool-007", "--registry", registry.url)
    #expect(shown.code == 0, "\(shown.errors)")
    #expect(shown.output.contains("io.example/tool-007") && shown.output.contains("1.0.7 (active)"))
    #expect(try gateway.command("catalog", "show", "tool-9", "--registry", registry.url).code == 1)
    #expect(try gateway.command("upstream", "list", "--json").output == "[]\n")

    let added = try gateway.command(
      "catalog", "add", "io.example/tool-249", "--registry", registry.url)
    #expect(added.code == 0, "\(added.errors)")
    #expect(added.errors.contains("the registry says that it is deprecated"))
    let upstream = try gateway.upstream("tool-249")
    #expect(upstream.has("url", "http://127.0.0.1:9/249"))
    #expect(
      try gateway.ledger("--kind", "change").contains {
        $0.has("of", "upstream") && $0.has("reason", "added: io.example/tool-249 1.0.249")
      })
  }

  @Test(
    "A registry that answers as none should is refused, and leads nowhere else",
    arguments: [
      ("moved", "a redirect, which is not followed"), ("large", "larger than 67108864 bytes"),
      ("strange", "it is not JSON"), ("failing", "HTTP 503"),
    ])
  func refused(path: String, message: String) throws {
    let (gateway, registry) = try start()
    let place = "\(registry.url)/\(path)/servers"
    for words in [["search", "tool"], ["show", "tool-007"], ["add", "tool-007"]] {
      let answer = try gateway.command(words: ["catalog"] + words + ["--registry", place])
      #expect(answer.code == 1)
      #expect(answer.errors.contains(message), "\(answer.errors)")
      #expect(answer.output.isEmpty)
    }
    #expect(asked(gateway).count == 3)
    #expect(asked(gateway).allSatisfy { $0.hasPrefix("/\(path)/servers?") })
    #expect(try gateway.command("upstream", "list", "--json").output == "[]\n")
  }

  @Test("A registry that always has another page is left after fifty")
  func endless() throws {
    let (gateway, registry) = try start()
    let found = try search(gateway, "tool", registry.url + "/endless/servers")
    #expect(found.code == 0, "\(found.errors)")
    #expect(asked(gateway).count == 50)
    let warning = "it has more pages than the 50 that were read"
    #expect(found.errors.contains(warning), "\(found.errors)")
    #expect(try JSONDocument(parsing: Array(found.output.utf8)).root.count == 50)

    let place = registry.url + "/endless/servers"
    let shown = try gateway.command("catalog", "show", "tool-007", "--registry", place)
    #expect(shown.code == 0 && shown.errors.contains(warning), "\(shown.errors)")
    let beyond = try gateway.command("catalog", "add", "tool-200", "--registry", place)
    #expect(beyond.code == 1 && beyond.errors.contains(warning), "\(beyond.errors)")
    // One that was read to its end says nothing.
    #expect(try search(gateway, "io.example", registry.url).errors.isEmpty)
  }

  @Test("A page that leads to itself is read twice and no more")
  func circle() throws {
    let (gateway, registry) = try start()
    let found = try search(gateway, "tool", registry.url + "/circle/servers")
    #expect(found.code == 0 && asked(gateway).count == 2)
    #expect(
      found.errors.contains("it has more pages than the 2 that were read"), "\(found.errors)")
  }

  @Test("A registry is asked over TLS with a certificate that somebody vouches for, or from here")
  func trust() throws {
    let gateway = try Gateway(upstreams: [:])
    let certificate = try Certificate("registry", in: gateway.scratch)
    let registry = try HTTPServerFixture.registry(tls: certificate, in: gateway.scratch)
    let unknown = try search(gateway, "tool", registry.url)
    #expect(unknown.code == 1)
    #expect(unknown.errors.contains("certificate"), "\(unknown.errors)")
    #expect(asked(gateway).isEmpty)
    let trust = ["--registry", registry.url, "--ca", certificate.path]
    let found = try gateway.command(words: ["catalog", "search", "tool-007"] + trust)
    #expect(found.code == 0 && found.output.contains("io.example/tool-007"), "\(found.errors)")
    let shown = try gateway.command(words: ["catalog", "show", "tool-007"] + trust)
    #expect(shown.code == 0 && shown.output.contains("1.0.7"), "\(shown.errors)")
    let added = try gateway.command(words: ["catalog", "add", "tool-007"] + trust)
    #expect(added.code == 0, "\(added.errors)")
    #expect(try gateway.upstream("tool-007").has("url", "http://127.0.0.1:9/7"))
    #expect(asked(gateway).count == 3)

    // Another authority vouches for nothing of it, and a file that holds none is none.
    let other = try Certificate("other", in: gateway.scratch)
    try gateway.scratch.write("no certificate", to: "text.pem")
    for (file, reason) in [
      (other.path, "certificate"), (gateway.scratch.file("text.pem"), "text.pem"),
      (gateway.scratch.file("missing.pem"), "it cannot be read; a PEM file is expected"),
    ] {
      for words in [["search", "tool"], ["show", "tool-007"], ["add", "tool-008"]] {
        let refused = try gateway.command(
          words: ["catalog"] + words + ["--registry", registry.url, "--ca", file])
        #expect(refused.code == 1 && refused.output.isEmpty)
        #expect(refused.errors.contains(reason), "\(refused.errors)")
      }
    }
    #expect(asked(gateway).count == 3)
    for address in ["http://192.0.2.1", "http://localhost.example.com/servers", "ftp://127.0.0.1/"]
    {
      let refused = try search(gateway, "tool", address)
      #expect(refused.code == 1 && !refused.errors.isEmpty, "\(address)")
      #expect(
        refused.errors.contains("over https only") || address.hasPrefix("ftp"), "\(refused.errors)")
    }
  }
}
