public import Catalog
import Cedar
public import Configuration
import JSON

/// The Cedar schema of what policies can speak of, made of the catalog: agents, tools, servers and
/// one action a tool, whose context has the tool's arguments with their types. Immutable.
public struct PolicySchema: Sendable {
  /// Bytes of the schema's text. Tools beyond have arguments without members. Cedar's own bounds
  /// for schemas are further out, so that no tool can make the schema one that cannot be read.
  public static let textBytesMax = 16 << 20
  /// Bytes of the text of one tool's arguments, which else have no members.
  public static let toolTextBytesMax = 256 << 10
  /// Parts without a type that are kept.
  public static let untypedMax = 10_000

  /// The schema in Cedar's syntax.
  public let text: String
  /// What policies cannot read by its type, in the order of the tools.
  public let untyped: [UntypedInput]
  let servers: [KnownServer]
  /// The tools that are known, in the order of the catalog.
  let tools: [Tool]
  private let environment: String?

  /// A server that policies may name.
  struct KnownServer: Sendable {
    let configuration: Configuration.Upstream
    /// Whether its tools are known, so that others are none.
    let isListed: Bool
    /// The server as it was listed last.
    let listed: CatalogServer?
  }

  /// The schema of a catalog under a configuration. Pure, and never fails: what has no type is
  /// left out, and `untyped` says why.
  /// - Parameter previous: the configuration under which the catalog was made, if it was another.
  ///   The tools of servers that it has otherwise count as not known yet.
  public init(
    catalog: CatalogSnapshot, configuration: Configuration, previous: Configuration? = nil
  ) {
    servers = configuration.upstreams.map { upstream in
      let isSame = previous.map { $0.upstream(named: upstream.name) == upstream } ?? true
      return KnownServer(
        configuration: upstream, isListed: isSame && catalog.hasListed(.tools, of: upstream.name),
        listed: catalog.server(upstream.name))
    }
    let listed = Set(servers.filter(\.isListed).map(\.configuration.name))
    tools = catalog.tools.filter { listed.contains($0.server) }
    environment = configuration.environment
    (text, untyped) = SchemaWriter.write(tools, environment: environment)
  }

  /// The schema with the tools of one server only.
  func text(ofServer server: String) -> String {
    SchemaWriter.write(tools.filter { $0.server == server }, environment: environment).text
  }
}

/// Writes the schema.
private struct SchemaWriter {
  private var text = ""
  private var untyped: [UntypedInput] = []
  private let circumstances: String

  static func write(
    _ tools: [Tool], environment: String?
  ) -> (text: String, untyped: [UntypedInput]) {
    var writer = SchemaWriter(environment: environment)
    for tool in tools { writer.add(tool) }
    return (writer.text + "}\n", writer.untyped)
  }

  private init(environment: String?) {
    // A configuration without an environment may get one: policies that ask with `has` stay right.
    let always =
      "client: {transport: String, name?: String, version?: String}, "
      + "origin?: ipaddr, scopes?: Set<String>, "
      + (environment == nil ? "environment?: String" : "environment: String")
    circumstances = "authentication?: \(Self.authentication), \(always)"
    text = """
      namespace Sallyport {
        entity Human in [Role, Tenant];
        entity Role;
        entity Tenant;
        entity Agent in [Human, Role, Tenant] {
          actor?: String, binding?: String, client?: String, human?: Human, instance?: String,
          issuer?: String, tenant?: Tenant
        };
        entity Server {
          conformance?: String, dataClasses?: Set<String>, environments?: Set<String>,
          firstParty?: Bool, origin?: String, owner?: String, reviewOverdue?: Bool, risk?: String
        };
        entity Tool in [Server] {effect: String, name: String, server: Server};
        entity Prompt in [Server] {name: String, server: Server};
        entity Resource in [Server] {
          mimeType?: String, name?: String, server: Server, uri: String
        };
        entity Stop {actor: String, kind: String, name: String};
        entity Grant {actor: String, agent?: String, human?: String, tool: String};

        action "call";

      """
    for effect in Configuration.Effect.allCases {
      text += "  action \"\(effect.rawValue)\" in [\"call\"];\n"
    }
    let under = "tool?: String, prompt?: String, resource?: String"
    add([PolicyVocabulary.list], "Tool, Prompt, Resource")
    add([PolicyVocabulary.readResource, PolicyVocabulary.subscribe], "Resource")
    add([PolicyVocabulary.getPrompt], "Prompt")
    add([PolicyVocabulary.complete], "Prompt, Resource")
    add(
      [PolicyVocabulary.elicit], "Server",
      input: "{\(under), mode: String, message: String, url?: String, host?: String, "
        + "fields: Set<String>}")
    add(
      [PolicyVocabulary.sample], "Server",
      input: "{\(under), maxTokens: Long, includeContext: String, tools: Bool, "
        + "systemPrompt?: String}")
    add([PolicyVocabulary.listRoots], "Server", input: "{\(under)}")
    add(
      [PolicyVocabulary.approve], "Server, Tool, Prompt, Resource",
      input: "{change: String, despite: Set<String>, draft?: String, effect?: String, "
        + "item: String}", by: "Agent, Human")
    add([PolicyVocabulary.lift], "Stop", by: "Agent, Human")
    text += Self.answers(always) + Self.orders(always)
  }

  /// Actions that are not those of one tool.
  private mutating func add(
    _ actions: [EntityUID], _ resources: String, input: String? = nil,
    by principals: String = "Agent"
  ) {
    let names = actions.map { "\"\($0.id)\"" }.joined(separator: ", ")
    text += "  action \(names) appliesTo {\n    principal: [\(principals)], "
    text += "resource: [\(resources)],\n"
    text += "    context: {\(input.map { "input: \($0), " } ?? "")\(circumstances)}\n  };\n"
  }

  private static let authentication = "{age?: Long, context?: String, methods: Set<String>}"
  private static let approval =
    "approval?: {count: Long, people: Set<String>, roles: Set<String>, standing: Bool}, "
  private static let quota =
    "quota?: {bytes?: Long, calls?: Long, cost?: Long, remaining: Long}, "

  /// What a person does who answers a call that waits.
  private static func answers(_ circumstances: String) -> String {
    """
      action "approveCall" appliesTo {
        principal: [Human], resource: [Tool],
        context: {requester: {agent: String, human?: String}, now: datetime, weekday: Long,
          authentication: \(authentication), \(circumstances)}
      };

    """
  }

  /// What a person orders.
  private static func orders(_ circumstances: String) -> String {
    """
      action "grant" appliesTo {
        principal: [Human], resource: [Tool, Server],
        context: {grant: {agent?: String, fromNowOn: Bool, human?: String, seconds: Long,
          where?: String}, authentication: \(authentication), \(circumstances)}
      };
      action "revoke" appliesTo {
        principal: [Human], resource: [Grant],
        context: {authentication: \(authentication), \(circumstances)}
      };
      action "stop" appliesTo {
        principal: [Human], resource: [Stop],
        context: {authentication: \(authentication), \(circumstances)}
      };
      action "reject" appliesTo {
        principal: [Human], resource: [Server, Tool, Prompt, Resource],
        context: {input: {approved: Bool, effect?: String, item: String},
          authentication: \(authentication), \(circumstances)}
      };

    """
  }

  private mutating func add(_ tool: Tool) {
    let shape: InputShape
    if text.utf8.count > PolicySchema.textBytesMax {
      shape = .unknown("the schema of all tools has more than \(PolicySchema.textBytesMax) bytes")
    } else {
      shape = tool.inputShape
    }
    var typer = InputTyper(tool: tool.name)
    var input = ""
    typer.input(shape).write(to: &input)
    var found = typer.untyped
    if input.utf8.count > PolicySchema.toolTextBytesMax {
      input = "{}"
      let reason = "the type of all arguments has more than \(PolicySchema.toolTextBytesMax) bytes"
      found = [UntypedInput(tool: tool.name, path: [], reason: reason)]
    }
    untyped += found.prefix(PolicySchema.untypedMax - untyped.count)
    text += "  action \(Value.string(tool.name)) in [\"\(tool.effect.rawValue)\", \"call\"]"
    text += " appliesTo {\n    principal: [Agent], resource: [Tool],\n"
    text += "    context: {input: \(input), \(Self.approval)\(Self.quota)\(circumstances)}\n  };\n"
  }
}

extension Tool {
  /// The shape of the arguments that its schema allows.
  var inputShape: InputShape {
    guard let definition = try? JSONDocument(parsing: definition).root,
      let schema = definition[member: "inputSchema"]
    else { return .unknown("its schema cannot be read") }
    return InputShapeReader.shape(of: schema)
  }
}
