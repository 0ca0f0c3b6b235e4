import Cedar
import Configuration
import Glibc
import JSON
import Testing

@testable import sallyport

/// A fenced block of a page.
private struct Block: CustomTestStringConvertible {
  var page: String
  var line: Int
  var language: String
  var text = ""

  var testDescription: String { "\(page):\(line)" }
}

/// The pages of the repository that people read.
private enum Pages {
  static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  static let paths: [String] = {
    var paths = ["README.md"]
    for folder in ["docs", "docs/how-to", "docs/reference"] {
      guard let stream = opendir("\(root)/\(folder)") else { continue }
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name.hasSuffix(".md") { paths.append("\(folder)/\(name)") }
      }
    }
    return paths.sorted()
  }()

  static func text(_ path: String) throws -> String {
    String(decoding: try ConfigurationFile.read("\(root)/\(path)").bytes, as: UTF8.self)
  }

  static func blocks(_ language: String) -> [Block] {
    paths.flatMap { path -> [Block] in
      guard let text = try? text(path) else { return [] }
      var blocks: [Block] = []
      var open: Block?
      for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated()
      {
        if line.hasPrefix("```") {
          if let block = open {
            blocks.append(block)
            open = nil
          } else {
            open = Block(page: path, line: number + 1, language: String(line.dropFirst(3)))
          }
        } else {
          open?.text += line + "\n"
        }
      }
      return blocks.filter { $0.language == language }
    }
  }
}

@Suite("What the pages say is so")
struct DocumentTests {
  private static func read(_ text: String) throws -> LoadedConfiguration {
    try Configuration.read(
      ConfigurationInput(
        path: "sallyport.yaml", text: Array(text.utf8),
        environment: [
          "HOME": "/home/alice", "GITHUB_TOKEN": "github-0123456789",
          "CURSOR_TOKEN": "cursor-0123456789",
          "SUPPORT_BOT_TOKEN": "support-0123456789", "CONSOLE_SECRET": "console-0123456789",
          "APPROVAL_WEBHOOK_SECRET": "whsec_" + String(repeating: "A", count: 32),
        ],
        userName: "alice",
        readFile: { path throws(ConfigurationFileError) in
          let isKey = path.hasSuffix("payload.key")
          let text = isKey ? String(repeating: "0f", count: 32) : "token-in-\(path)"
          return ConfigurationFile(bytes: Array(text.utf8), mode: 0o600)
        }))
  }

  @Test func `there are pages with examples of each kind`() {
    for language in ["yaml", "cedar", "json", "sh"] {
      #expect(Pages.blocks(language).count >= 5, "few \(language) blocks: are they found?")
    }
  }

  @Test("a configuration can be used", arguments: Pages.blocks("yaml"))
  fileprivate func configuration(block: Block) throws {
    _ = try Self.read(block.text)
  }

  @Test("policies parse", arguments: Pages.blocks("cedar"))
  fileprivate func policy(block: Block) throws {
    #expect(try !PolicySet.parse(block.text, file: block.page).policies.isEmpty)
  }

  @Test("JSON is JSON", arguments: Pages.blocks("json"))
  fileprivate func json(block: Block) throws {
    _ = try JSONDocument(parsing: Array(block.text.utf8))
  }

  @Test("commands are commands", arguments: Pages.blocks("sh"))
  fileprivate func command(block: Block) throws {
    for line in ShellText.commands(block.text) where line.first == "sallyport" {
      _ = try ArgumentParser.parse(Array(line.dropFirst()), table: CommandTable.root)
    }
  }

  @Test func `the reference of the command line is made from the table`() throws {
    #expect(
      try Pages.text("docs/reference/cli.md") == Reference.markdown(of: CommandTable.root),
      "run `sallyport reference > docs/reference/cli.md`")
  }

  @Test func `the defaults and bounds of limits are those of the reference`() throws {
    let page = try Pages.text("docs/reference/configuration.md")
    let rows = page.split(separator: "\n").map {
      $0.split(separator: "|").map { $0.filter { $0 != " " && $0 != "`" } }
    }.filter { $0.count == 5 && $0[1].first?.isNumber == true && $0[3].first?.isNumber == true }
    #expect(rows.count == 11)
    for row in rows {
      let defaults = try Self.read("limits: {\(row[0]): \(row[1])}").configuration.limits
      #expect(defaults == Configuration.Limits(), "\(row[0])")
      for bound in row[2...3] { _ = try Self.read("limits: {\(row[0]): \(bound)}") }
      let beyond = row[3].replacing("1", with: "9", maxReplacements: 1)
        .replacing("24h", with: "25h")
      #expect(throws: ConfigurationErrors.self, "\(row[0]) of \(beyond)") {
        try Self.read("limits: {\(row[0]): \(beyond)}")
      }
    }
  }

  @Test func `every key of the reference is known`() throws {
    let page = try Pages.text("docs/reference/configuration.md")
    let example = try #require(Pages.blocks("yaml").first { $0.page.hasSuffix("configuration.md") })
    let start = try #require(page.firstRange(of: "## Root")).upperBound
    let end = try #require(page.firstRange(of: "## agents")).lowerBound
    let keys = page[start..<end].split(separator: "\n")
      .filter { $0.hasPrefix("| `") }.compactMap { $0.split(separator: "`").dropFirst().first }
    #expect(keys.count == 26)
    for key in keys { #expect(example.text.contains("\(key):"), "the example lacks \(key)") }
  }
}

/// Enough of a shell's grammar to find the commands of an example.
private enum ShellText {
  static func commands(_ text: String) -> [[String]] {
    var commands: [[String]] = []
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isComment = false
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if isComment {
        guard character == "\n" else { continue }
        isComment = false
      }
      if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
        continue
      }
      switch character {
      case "'", "\"":
        quote = character
        word = word ?? ""
      case "\\" where rest.first == "\n": rest.removeFirst()
      case "#" where word == nil: isComment = true
      case " ", "\n", "|", ">", "&", ";":
        if let done = word { words.append(done) }
        word = nil
        if character != " " {
          if !words.isEmpty { commands.append(words) }
          words = []
        }
      default: word = (word ?? "") + String(character)
      }
    }
    return commands
  }
}
