import JSON
import Search

/// `sallyport tools search QUERY`
struct ToolsSearchCommand {
  let search: ToolSearch
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    let tools: [SearchableTool]
    if let catalog = search.catalog {
      do {
        tools = try session.catalog(catalog)
      } catch {
        return session.report(error)
      }
    } else {
      guard let directories = session.directories(common) else { return .configuration }
      do {
        tools = try Self.tools(of: AdminClient(directories).request("GET", "/v1/tools").root)
      } catch {
        return session.report(error)
      }
    }
    let index = ToolIndex(tools)
    let results = index.search(search.query, limit: search.limit) { id in
      search.server == nil || index[id]?.server == search.server
    }
    let lines = ToolSummary.lines(
      of: results.map(\.tool), tokens: search.tokens ?? Int.max)
    let shown = results.prefix(lines.lines.count)
    if common.json {
      Output.write("[" + shown.map { json(of: $0, in: index) }.joined(separator: ",") + "]\n")
      return .success
    }
    if results.isEmpty {
      session.report(
        "no tool fits", hint: "`sallyport tools list` shows all; try other words for what it does")
      return .failure
    }
    for (result, line) in zip(shown, lines.lines) {
      Output.write(printable(line) + "\n")
      if search.isExplained { explain(result, in: index) }
    }
    if lines.omitted > 0 {
      Output.writeError("\(lines.omitted) more do not fit into \(search.tokens ?? 0) tokens\n")
    }
    return .success
  }

  /// The tools of the admin API's list.
  static func tools(of list: JSONNode) -> [SearchableTool] {
    list.elements.compactMap { tool in
      guard let id = tool[member: "name"]?.string, let server = tool[member: "server"]?.string,
        let definition = tool[member: "definition"]
      else { return nil }
      let prefix = server + "__"
      let own = id.hasPrefix(prefix) ? String(id.dropFirst(prefix.count)) : id
      return SearchableTool(id: id, definition: definition, name: own, server: server)
    }
  }

  private func explain(_ result: SearchResult, in index: ToolIndex) {
    guard let explanation = index.explain(search.query, id: result.tool.id) else { return }
    Output.write(ExplanationLines.text(of: explanation, on: session.output))
  }

  private func json(of result: SearchResult, in index: ToolIndex) -> String {
    let summary = ToolSummary(result.tool)
    let required = summary.required.map {
      JSONText.object([("name", JSONText.string($0.name)), ("type", JSONText.string($0.type))])
    }
    var members = [
      ("name", JSONText.string(summary.id)), ("server", JSONText.string(result.tool.server)),
      ("score", "\(result.score)"), ("purpose", JSONText.string(summary.purpose)),
      ("required", "[\(required.joined(separator: ","))]"), ("optional", "\(summary.optional)"),
    ]
    if search.isExplained, let explanation = index.explain(search.query, id: result.tool.id) {
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
