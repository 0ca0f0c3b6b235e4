import Cedar
import Configuration
import JSON
import Testing

@testable import Catalog
@testable import Gate

@Suite("Checking policies against the catalog")
struct PolicyCheckTests {
  private static let yaml = """
    mcpServers:
      notes: {command: server, tools: {search: {effect: read}, add: {effect: write}}}
      git: {command: server, disabledTools: [push]}
    """

  private func tools(
    _ configuration: Configuration, _ server: String, _ schemas: [(String, String)]
  ) throws -> [Tool] {
    let upstream = try #require(configuration.upstream(named: server))
    let registration = ToolRegistration(
      configuration: upstream, defaultTimeout: .seconds(5), upstream: SilentUpstream())
    return registration.register(
      try schemas.map { try json(#"{"name":"\#($0.0)","inputSchema":\#($0.1)}"#) }
    ).items
  }

  /// Checks policies where `notes` has listed its tools, and `git` only if it is said to.
  private func check(_ text: String, isGitListed: Bool = false, previous: String? = nil) throws
    -> PolicyReport
  {
    let now = try configuration(Self.yaml)
    let catalog = CatalogSnapshot(
      tools: try tools(
        now, "notes",
        [
          ("add", #"{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}}"#),
          (
            "search",
            #"""
            {"type":"object","properties":{"text":{"type":"string"},
            "any":{"type":["string","array"]}}}
            """#
          ),
        ])
        + (isGitListed
          ? tools(
            now, "git", [("log", #"{"type":"object","properties":{"text":{"type":"integer"}}}"#)])
          : []),
      servers: ["notes", "git"], listed: isGitListed ? ["notes", "git"] : ["notes"],
      isSettled: true)
    return PolicySchema(
      catalog: catalog, configuration: now, previous: try previous.map { try configuration($0) }
    ).check(try policies(text))
  }

  @Test(
    arguments: [
      "permit (principal, action, resource);",
      #"permit (principal, action in Sallyport::Action::"read", resource);"#,
      #"""
      permit (principal in Sallyport::Role::"r", action == Sallyport::Action::"notes__add",
        resource in Sallyport::Server::"notes") when { context.input.n < 3 };
      """#,
      #"""
      forbid (principal, action in Sallyport::Action::"call", resource)
      when { context.input has text && context.input.text like "x*" };
      """#,
      #"""
      forbid (principal, action, resource is Sallyport::Tool)
      when { context has environment && context.environment == "p" && resource.effect == "write" };
      """#,
      #"""
      forbid (principal, action == Sallyport::Action::"readResource", resource)
      when { resource.uri like "file:///etc/*" };
      """#,
      #"""
      permit (principal, action == Sallyport::Action::"getPrompt",
        resource == Sallyport::Prompt::"notes__greet");
      """#,
      #"""
      permit (principal, action, resource == Sallyport::Resource::"notes+file:///a");
      """#,
      #"""
      forbid (principal, action == Sallyport::Action::"elicit",
        resource == Sallyport::Server::"notes")
      when { context.input.mode == "url" || context.input.fields.contains("password") };
      """#,
      #"""
      permit (principal, action == Sallyport::Action::"sample", resource)
      when { context.input.maxTokens < 1000 && !context.input.tools };
      """#,
      #"""
      permit (principal, action, resource)
      when { context.client.transport == "http" && context.client has name };
      """#,
    ])
  func `what fits the tools has no errors`(policy: String) throws {
    let report = try check(policy)
    #expect(report.errors == [] && report.warnings == [] && report.pending == [])
  }

  @Test func `the starter policies have no errors, with and without tools`() throws {
    #expect(try check(StarterConfiguration.policy).errors == [])
    #expect(
      PolicySchema(catalog: .empty, configuration: try configuration("listen: 127.0.0.1:0"))
        .check(try policies(StarterConfiguration.policy)).errors == [])
  }

  @Test(
    arguments: [
      (
        #"resource in Sallyport::Server::"ntoes""#,
        "no server `ntoes` is configured; did you mean `notes`?"
      ),
      (
        #"resource == Sallyport::Tool::"hub__x""#,
        "no server `hub` is configured, so there is no tool `hub__x`"
      ),
      (
        #"resource == Sallyport::Tool::"git__push""#,
        "the configuration of `git` leaves out the tool `push`"
      ),
      (
        #"resource == Sallyport::Tool::"notes__ad""#,
        "the server `notes` has no tool `ad`; did you mean `notes__add`?"
      ),
      (
        #"resource == Sallyport::Tool::"add""#,
        "there is no tool `add`; the name of a tool is `server__tool`"
      ),
    ])
  func `a name that can be nothing is an error with its place`(scope: String, message: String)
    throws
  {
    let report = try check("\n@id(\"x\") permit (principal, action, \(scope));")
    #expect(report.errors.map(\.message) == ["policy `x`: \(message)"])
    #expect(report.errors.first?.line == 2 && report.errors.first?.file == "test.cedar")
    let inCondition = try check(
      "@id(\"x\") permit (principal, action, resource)\nwhen { \(scope) };")
    #expect(inCondition.errors.map(\.message) == ["policy `x`: \(message)"])
    #expect(inCondition.errors.first?.line == 2)
  }

  @Test func `an unknown action is an error once, with what was probably meant`() throws {
    let report = try check(
      #"@id("x") permit (principal, action == Sallyport::Action::"wirte", resource);"#)
    #expect(
      report.errors.map(\.message) == [
        "policy `x`: there is no action `wirte`; the name of a tool is `server__tool`; did you "
          + "mean `write`?"
      ])
  }

  @Test func `a tool of a server that is not known yet is pending, and judged when it is`() throws {
    let policy = #"""
      @id("log") permit (principal, action == Sallyport::Action::"git__log", resource)
      when { context.input.text > 3 };
      @id("lag") permit (principal, action == Sallyport::Action::"git__lag", resource);
      """#
    let before = try check(policy)
    #expect(before.errors == [] && before.warnings == [])
    #expect(
      before.pending.map(\.message) == [
        "policy `log`: `git__log` cannot be checked yet: the tools of `git` are not known",
        "policy `lag`: `git__lag` cannot be checked yet: the tools of `git` are not known",
      ])
    let after = try check(policy, isGitListed: true)
    #expect(after.pending == [])
    #expect(
      Set(after.errors.map(\.message)).contains(
        "policy `lag`: the server `git` has no tool `lag`; did you mean `git__log`?"))
    #expect(after.errors.contains { $0.message.hasPrefix("policy `log`: ") })
  }

  @Test func `a server whose part of the configuration changes counts as not known`() throws {
    let policy = #"permit (principal, action, resource == Sallyport::Tool::"notes__new");"#
    #expect(try check(policy).errors.count == 1)
    let changed = try check(policy, previous: "mcpServers: {notes: {command: other}}")
    #expect(changed.errors == [] && changed.pending.count == 1)
  }

  @Test(
    arguments: [
      #"action == Sallyport::Action::"notes__add", resource) when { context.input.n == "x" }"#,
      #"action == Sallyport::Action::"notes__add", resource) when { context.input.m > 1 }"#,
      #"action == Sallyport::Action::"notes__search", resource) when { context.input.text == "" }"#,
      #"action, resource) when { context.input has n && context.input.n > 1 }"#,
      #"action, resource) when { context.environment == "prod" }"#,
      #"action, resource) when { principal in Sallyport::Team::"a" }"#,
    ])
  func `a wrong type, a missing attribute and an unguarded optional one are errors`(rest: String)
    throws
  {
    let report = try check("@id(\"x\") forbid (principal, \(rest);")
    #expect(report.errors.count >= 1)
    #expect(report.errors.allSatisfy { $0.message.hasPrefix("policy `x`: ") && $0.line == 1 })
  }

  @Test func `an error about an argument without a type says why it has none`() throws {
    let report = try check(
      #"""
      @id("x") forbid (principal, action == Sallyport::Action::"notes__search", resource)
      when { context.input.any == "x" };
      """#)
    #expect(report.errors.count == 1)
    #expect(
      report.errors.first?.message.hasSuffix(
        "`context.input.any` of notes__search has no type: it may be a string or an array") == true)
  }

  @Test func `a policy for one server is judged by its tools only`() throws {
    func forbid(_ resource: String) -> String {
      """
      @id("x") forbid (principal, action in Sallyport::Action::"call", \(resource))
      when { context.input has text && context.input.text like "x*" };
      """
    }
    #expect(try check(forbid("resource"), isGitListed: true).errors.count == 1)
    for resource in [
      #"resource in Sallyport::Server::"notes""#, #"resource == Sallyport::Tool::"notes__add""#,
    ] {
      #expect(try check(forbid(resource), isGitListed: true).errors == [])
    }
    #expect(
      try check(forbid(#"resource in Sallyport::Server::"git""#), isGitListed: true).errors.count
        == 1)
  }

  @Test func `a group without tools is a warning once every tool is known`() throws {
    let policy = #"@id("x") permit (principal, action in Sallyport::Action::"admin", resource);"#
    let known = try check(policy, isGitListed: true)
    #expect(known.errors == [] && known.pending == [])
    #expect(known.warnings.count == 1)
    let unknown = try check(policy)
    #expect(unknown.errors == [] && unknown.warnings == [])
    #expect(
      unknown.pending.map(\.message) == [
        "policy `x`: the policy applies to nothing yet: the tools of `git` are not known"
      ])
  }

  @Test func `while nobody has approved anything, the starter policies say so and warn of nothing`()
    throws
  {
    let now = try configuration("mcpServers: {git: {command: server}}")
    let git = CatalogServer(
      name: "git", upstream: nil, isSettled: true, withheld: [.server, ItemKey(.tool, "log")])
    let report = PolicySchema(catalog: CatalogSnapshot([git]), configuration: now)
      .check(try policies(StarterConfiguration.policy))
    #expect(report.errors == [] && report.warnings == [])
    #expect(
      report.pending.map(\.message) == [
        "policy `nothing-destructive-in-production`: the policy applies to nothing yet: nobody has "
          + "approved the tools of `git` (`sallyport upstream show git`)"
      ])
    let empty = PolicySchema(
      catalog: .empty, configuration: try configuration("listen: 127.0.0.1:0")
    )
    .check(try policies(StarterConfiguration.policy))
    #expect(
      empty.pending.map(\.message) == [
        "policy `nothing-destructive-in-production`: the policy applies to nothing yet: no server "
          + "is configured"
      ])
  }

  @Test func `problems are bounded`() throws {
    let text = (0..<500).map {
      "permit (principal, action, resource in Sallyport::Server::\"s\($0)\");\n"
    }.joined()
    #expect(try check(text).errors.count == PolicyReport.problemsMax)
  }

  @Test func `a remedy that its policy never looks at cures nothing`() throws {
    let report = try check(
      """
      @id("blind") @remedy("approval") forbid (principal, action, resource);
      @id("blind-too") @remedy("step-up") forbid (principal, action, resource)
        unless { context has environment };
      @id("seeing") @remedy("approval")
        forbid (principal, action == Sallyport::Action::"notes__add", resource)
        unless { context has approval && context.approval.count >= 2 };
      @id("fresh") @remedy("step-up")
        forbid (principal, action == Sallyport::Action::"notes__add", resource)
        unless { context has authentication && context.authentication has age };
      @id("answers") permit (
        principal in Sallyport::Role::"sre", action == Sallyport::Action::"approveCall", resource)
        when { context.authentication.methods.contains("otp") && context.requester.agent == "a" };
      """)
    #expect(report.errors.isEmpty, "\(report.errors)")
    #expect(report.warnings.count == 2)
    #expect(report.warnings.first?.description.contains("`context.approval`") == true)
    #expect(report.warnings.last?.description.contains("`context.authentication`") == true)
  }
}
