import Catalog
import Cedar
import MCP

/// What a request is about: one thing of one upstream.
enum Subject: Sendable {
  case tool(Tool)
  case prompt(Prompt)
  case resource(Resource)
  /// An argument of a prompt or of a resource template.
  case argument(Completion)

  /// Who answers.
  var upstream: any Upstream {
    switch self {
    case .tool(let tool): tool.upstream
    case .prompt(let prompt): prompt.upstream
    case .resource(let resource): resource.upstream
    case .argument(let completion): completion.subject.upstream
    }
  }

  /// The server's name in the configuration.
  var server: String {
    switch self {
    case .tool(let tool): tool.server
    case .prompt(let prompt): prompt.server
    case .resource(let resource): resource.server
    case .argument(let completion): completion.subject.server
    }
  }

  /// What it is, in one word.
  var word: String {
    switch self {
    case .tool: "tool"
    case .prompt: "prompt"
    case .resource: "resource"
    case .argument(let completion): completion.subject.word
    }
  }

  /// What the upstream calls it, as a member of `params`; nil where another member says it.
  var target: UpstreamRequest.Target? {
    switch self {
    case .tool(let tool): .name(tool.upstreamName)
    case .prompt(let prompt): .name(prompt.upstreamName)
    case .resource(let resource): .uri(resource.upstreamURI)
    case .argument: nil
    }
  }

  /// Other members of `params` that leave in the upstream's own words.
  var edits: [UpstreamRequest.Edit] {
    if case .argument(let completion) = self { completion.edits } else { [] }
  }

  /// How long the upstream may take.
  var timeout: Duration {
    switch self {
    case .tool(let tool): tool.timeout
    case .prompt(let prompt): prompt.timeout
    case .resource(let resource): resource.timeout
    case .argument(let completion): completion.subject.timeout
    }
  }

  /// As policies name it.
  var policySubject: PolicySubject {
    switch self {
    case .tool(let tool): .tool(tool.name)
    case .prompt(let prompt): PolicySubject(prompt)
    case .resource(let resource): PolicySubject(resource)
    case .argument(let completion): completion.subject.policySubject
    }
  }

  /// The action that policies decide on; a tool has its own.
  var action: EntityUID {
    switch self {
    case .tool(let tool): EntityUID(type: PolicyVocabulary.action, id: tool.name)
    case .prompt: PolicyVocabulary.getPrompt
    case .resource: PolicyVocabulary.readResource
    case .argument: PolicyVocabulary.complete
    }
  }

  /// What a client at an endpoint calls it.
  func id(in view: EndpointView) -> String {
    switch self {
    case .tool(let tool): view.id(of: tool)
    case .prompt(let prompt): view.id(of: prompt)
    case .resource(let resource): view.id(of: resource)
    case .argument(let completion): completion.subject.id(in: view)
    }
  }
}

/// A completion that was asked for: of what, and in which words it is forwarded.
final class Completion: Sendable {
  /// A prompt or a resource.
  let subject: Subject
  let edits: [UpstreamRequest.Edit]

  init(of subject: Subject, edits: [UpstreamRequest.Edit]) {
    self.subject = subject
    self.edits = edits
  }
}
