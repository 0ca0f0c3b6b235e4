import JSON
import MCP

/// Reads one question of an upstream, as the schema of MCP 2026-07-28 has it.
enum InputRequestReader {
  typealias Violation = InputRequests.Violation

  static func kind(
    of request: JSONNode, declared: ClientCapabilities
  ) throws(Violation) -> InputRequests.Kind {
    guard request.kind == .object, let method = request[member: "method"]?.string else {
      throw Violation(reason: "an input request has no method")
    }
    let params = request[member: "params"]
    guard params == nil || params?.kind == .object else {
      throw Violation(reason: "the params of an input request are not an object")
    }
    switch method {
    case "elicitation/create": return try elicitation(params, declared)
    case "sampling/createMessage": return .sampling(try sampling(params, declared))
    case "roots/list":
      guard declared.roots else { throw undeclared("roots") }
      return .roots
    default: throw Violation(reason: "it asks for what no client can be asked for")
    }
  }

  private static func elicitation(
    _ params: JSONNode?, _ declared: ClientCapabilities
  ) throws(Violation) -> InputRequests.Kind {
    guard let params, let message = params[member: "message"]?.string else {
      throw Violation(reason: "an elicitation has no message")
    }
    let mode = params[member: "mode"]
    if let mode, mode.equals("url") {
      guard declared.elicitationURL else { throw undeclared("elicitation.url") }
      guard let url = params[member: "url"]?.string, let host = WebURL.host(of: url) else {
        throw Violation(reason: "an elicitation's url is not an http or https URL with a host")
      }
      return .url(message: message, url: url, host: host)
    }
    guard mode == nil || mode?.equals("form") == true else {
      throw Violation(reason: "an elicitation's mode is neither form nor url")
    }
    guard declared.elicitationForm else { throw undeclared("elicitation.form") }
    guard let schema = params[member: "requestedSchema"], let fields = FormSchema.fields(of: schema)
    else {
      throw Violation(
        reason: "an elicitation's requestedSchema is not a flat object of at most "
          + "\(FormSchema.fieldsMax) primitive fields")
    }
    return .form(message: message, fields: fields)
  }

  private static func sampling(
    _ params: JSONNode?, _ declared: ClientCapabilities
  ) throws(Violation) -> InputRequests.Sampling {
    guard declared.sampling else { throw undeclared("sampling") }
    guard let params, params[member: "messages"]?.kind == .array,
      let maxTokens = params[member: "maxTokens"]?.int64, maxTokens > 0
    else { throw Violation(reason: "a sampling request has no messages or no maxTokens") }
    let hasTools = params[member: "tools"] != nil || params[member: "toolChoice"] != nil
    guard !hasTools || declared.samplingTools else { throw undeclared("sampling.tools") }
    let context = params[member: "includeContext"]
    guard let included = context == nil ? "none" : context?.string,
      ["none", "thisServer", "allServers"].contains(included)
    else { throw Violation(reason: "a sampling request's includeContext is unknown") }
    let prompt = params[member: "systemPrompt"]
    guard prompt == nil || prompt?.kind == .string else {
      throw Violation(reason: "a sampling request's systemPrompt is not a string")
    }
    return InputRequests.Sampling(
      maxTokens: maxTokens, includeContext: included, hasTools: hasTools,
      systemPrompt: prompt?.string)
  }

  private static func undeclared(_ capability: String) -> Violation {
    Violation(reason: "it asks for \(capability), which the client did not declare")
  }
}
