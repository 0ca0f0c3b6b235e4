import Glibc
import JSON
import MCP

/// `sallyport call`: one call through the running gateway, as its operator.
struct CallCommand {
  static let argumentBytesMax = 10_000_000

  let tool: String
  /// JSON text, or `-` for standard input.
  let arguments: String
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let document: JSONDocument
    do {
      document = try JSONDocument(
        parsing: arguments == "-" ? readStandardInput() : Array(arguments.utf8))
    } catch {
      session.report(
        "--args is not JSON: \(error)", hint: #"for example --args '{"path": "/tmp"}'"#)
      return .usage
    }
    guard document.root.kind == .object else {
      session.report(
        "--args must be a JSON object", hint: #"for example --args '{"path": "/tmp"}'"#)
      return .usage
    }
    var body = JSONWriter(reservingCapacity: 128 + document.bytes.count)
    body.beginObject()
    body.name("name")
    body.string(tool)
    body.name("arguments")
    body.raw(document.root.raw)
    body.endObject()
    var client = AdminClient(directories)
    client.timeout = .seconds(3600)
    let answer: JSONNode
    do {
      answer = try client.request("POST", "/v1/call", body: body.bytes).root
    } catch {
      return session.report(error)
    }
    if common.json { Output.write(answer.description + "\n") }
    if let error = answer[member: "error"] {
      if !common.json { session.report(error[member: "message"]?.string ?? error.description) }
      return .failure
    }
    guard let result = answer[member: "result"] else { return .failure }
    if !common.json { show(result) }
    guard result[member: "isError"]?.bool == true else { return .success }
    return result[member: "_meta"]?[member: MetaKey.decision] == nil ? .failure : .denied
  }

  private func show(_ result: JSONNode) {
    guard let content = result[member: "content"] else { return }
    for block in content.elements {
      if let text = block[member: "text"]?.string {
        Output.write(printableText(text) + "\n")
      } else {
        let type = block[member: "type"]?.string ?? "unknown"
        let bytes = block[member: "data"]?.raw.count ?? block.raw.count
        Output.write("(\(printable(type)) content, \(bytes) bytes; --json shows it)\n")
      }
    }
  }

  /// A tool's text keeps its lines, but draws nothing on a terminal.
  private func printableText(_ text: String) -> String {
    guard session.output.isTerminal else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { printable(String($0)) }.joined(separator: "\n")
  }

  private func readStandardInput() -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= Self.argumentBytesMax {
      let count = chunk.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    return bytes
  }
}
