import JSON
import Search

/// `sallyport tools search QUERY`
struct ToolsSearchCommand {
  let search: ToolSearch
  let common: Invocation.Common
  let session: Session

  /// A tool that was found.
  struct Found: Equatable {
    var tool: SearchableTool
    var score: Double
    var explanation: Explanation?
  }

  func run() -> ExitCode {
    let found: [Found]
    if let catalog = search.catalog {
      do {
        found = self.found(among: try session.catalog(catalog))
      } catch {
        return session.report(error)
      }
    } else {
      guard let directories = session.directories(common) else { return .configuration }
      do {
        found = Self.found(try AdminClient(directories).request("GET", path).root)
      } catch {
        return session.report(error)
      }
    }
    let lines = ToolSummary.lines(of: found.map(\.tool), tokens: search.tokens ?? Int.max)
    let shown = found.prefix(lines.lines.count)
    if common.json {
      Output.write("[" + shown.map(json).joined(separator: ",") + "]\n")
      return .success
    }
    if found.isEmpty {
      session.report(
        "no tool fits", hint: "`sallyport tools list` shows all; try other words for what it does")
      return .failure
    }
    for (result, line) in zip(shown, lines.lines) {
      Output.write(printable(line) + "\n")
      if let explanation = result.explanation {
        Output.write(ExplanationLines.text(of: explanation, on: session.output))
      }
    }
    if lines.omitted > 0 {
      Output.writeError("\(lines.omitted) more do not fit into \(search.tokens ?? 0) tokens\n")
    }
    return .success
  }

  private func found(among tools: [SearchableTool]) -> [Found] {
    let index = ToolIndex(tools)
    return index.search(search.query, limit: search.limit) { id in
      search.server == nil || index[id]?.server == search.server
    }.map { result in
      Found(
        tool: result.tool, score: Double(result.score),
        explanation: search.isExplained ? index.explain(search.query, id: result.tool.id) : nil)
    }
  }

  /// What is asked of the admin API.
  var path: String {
    var values = [("query", search.query), ("limit", "\(search.limit)")]
    if let agent = search.agent { values.append(("as", agent)) }
    if let server = search.server { values.append(("server", server)) }
    if search.isExplained { values.append(("explain", "true")) }
    return "/v1/tools/search?"
      + values.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
  }

  /// The tools in the admin API's answer.
  static func found(_ answer: JSONNode) -> [Found] {
    answer.elements.compactMap { result in
      guard let id = result[member: "name"]?.string, let server = result[member: "server"]?.string,
        let definition = result[member: "definition"]
      else { return nil }
      let prefix = server + "__"
      let own = id.hasPrefix(prefix) ? String(id.dropFirst(prefix.count)) : id
      return Found(
        tool: SearchableTool(id: id, definition: definition, name: own, server: server),
        score: result[member: "score"]?.double ?? 0,
        explanation: result[member: "explanation"].map { Explanation(id: id, $0) })
    }
  }

  private func json(of result: Found) -> String {
    let summary = ToolSummary(result.tool)
    let required = summary.required.map {
      JSONText.object([("name", JSONText.string($0.name)), ("type", JSONText.string($0.type))])
    }
    var members = [
      ("name", JSONText.string(summary.id)), ("server", JSONText.string(result.tool.server)),
      ("score", "\(result.score)"), ("purpose", JSONText.string(summary.purpose)),
      ("required", "[\(required.joined(separator: ","))]"), ("optional", "\(summary.optional)"),
    ]
    if let explanation = result.explanation {
      members.append(("explanation", ExplanationLines.json(of: explanation)))
    }
    return JSONText.object(members)
  }
}

extension Session {
  /// The tools of a file of lines.
  func catalog(_ path: String) throws(TextFile.Failure) -> [SearchableTool] {
    let file = try TextFile(reading: path)
    do {
      return try SearchLines.tools(Array(file.text.utf8))
    } catch {
      throw TextFile.Failure(path: path, reason: error.description)
    }
  }

  /// The queries of a file of lines.
  func queries(_ path: String) throws(TextFile.Failure) -> [SearchLines.Query] {
    let file = try TextFile(reading: path)
    do {
      return try SearchLines.queries(Array(file.text.utf8))
    } catch {
      throw TextFile.Failure(path: path, reason: error.description)
    }
  }

  /// Says what is wrong with a file; the exit code to end with.
  func report(_ failure: TextFile.Failure) -> ExitCode {
    report("\(failure.path): \(failure.reason)")
    return .failure
  }
}
