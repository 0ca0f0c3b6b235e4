import JSON

/// The configuration file of another program.
public enum ClientFile {
  /// Bytes of a file. Claude Code keeps much else in its own.
  public static let bytesMax = 16 << 20

  /// The servers of a file, each ready to be added.
  /// - Parameters:
  ///   - path: of the file; a project's file lies in a folder of the project.
  ///   - home: the user's home directory, whose files are no project's.
  public static func servers(
    in text: [UInt8], of client: ClientApplication, path: String, home: String
  ) throws(ImportError) -> [ImportedServer] {
    guard text.count <= bytesMax else {
      throw ImportError(file: path, reason: "it has more than \(bytesMax) bytes")
    }
    let root = try root(of: text, client, path)
    let project = project(of: path, home: home)
    let sources: [ServerSource] =
      switch client {
      case .claudeCode: ClaudeCodeFormat.sources(in: root, project: project)
      case .vsCode: VSCodeFormat.sources(in: root, project: project)
      case .codex: CodexFormat.sources(in: root, project: project)
      case .claudeDesktop, .cursor, .windsurf, .gemini:
        MCPServersFormat.sources(in: root, project: project)
      }
    return sources.map { source in
      var translation = ServerTranslation(source, of: client)
      return translation.translate(file: path)
    }
  }

  private static func root(
    of text: [UInt8], _ client: ClientApplication, _ path: String
  ) throws(ImportError) -> JSONNode {
    let json: [UInt8]
    if client == .codex {
      do {
        json = try TOMLReader.json(of: text)
      } catch {
        throw ImportError(file: path, reason: "it is not TOML: \(error)")
      }
    } else {
      json = CommentedJSON.plain(text)
    }
    do {
      let root = try JSONDocument(parsing: json).root
      guard root.kind == .object else {
        throw ImportError(file: path, reason: "it is no JSON object")
      }
      return root
    } catch let error as ImportError {
      throw error
    } catch {
      throw ImportError(file: path, reason: "it is not JSON: \(error)")
    }
  }

  /// The directory that a project's file is about; nil for a user's own file.
  static func project(of path: String, home: String) -> String? {
    guard let slash = path.lastIndex(of: "/") else { return nil }
    var folder = path[..<slash]
    let isOurs = path[path.index(after: slash)...] == ".mcp.json"
    if !isOurs {
      let names = ["/.vscode", "/.cursor", "/.codex", "/.gemini"]
      guard let name = names.first(where: { folder.hasSuffix($0) }) else { return nil }
      folder = folder.dropLast(name.count)
    }
    return folder == home || folder.isEmpty ? nil : String(folder)
  }
}
