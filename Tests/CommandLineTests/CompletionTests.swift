import Glibc
import Testing
import TestSupport

@testable import sallyport

private let auditCommands = CommandTable.audit.visibleSubcommands.map(\.name)

/// What `sh -c line` writes to its standard output.
private func output(of line: String) -> String {
  guard let pipe = popen(line, "r") else { return "" }
  defer { pclose(pipe) }
  var bytes: [UInt8] = []
  while true {
    let byte = fgetc(pipe)
    guard byte != EOF else { break }
    bytes.append(UInt8(truncatingIfNeeded: byte))
  }
  return String(decoding: bytes, as: UTF8.self)
}

private func isInstalled(_ program: String) -> Bool {
  !output(of: "command -v \(program)").isEmpty
}

@Suite("Completion")
struct CompletionTests {
  @Test(arguments: [
    ("sallyport aud", "audit"),
    ("sallyport audit ", auditCommands.joined(separator: " ")),
    ("sallyport audit tail --f", "--follow"),
    ("sallyport audit list --decision ", "allow deny ask"),
    ("sallyport audit list --decision d", "deny"),
    ("sallyport --config x.yaml tools ", "list search"),
    ("sallyport completion ", "bash zsh fish"),
    ("sallyport tools list --server ", ""),
    ("sallyport re", ""),
  ])
  func `bash completes what the table has`(typed: String, offered: String) throws {
    guard isInstalled("bash") else {
      print("skipped: bash is not installed")
      return
    }
    let scratch = TemporaryDirectory()
    let directory = scratch.path
    var words = typed.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    if words.last == "", words.count > 1, words[words.count - 2] == "" { words.removeLast() }
    let script = Completion.script(for: .bash, table: CommandTable.root)
    let quoted = words.map { Completion.shellQuoted($0) }.joined(separator: " ")
    let path = directory + "/completion.bash"
    _ = try NewFile.write(
      script + "COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count - 1)\n_sallyport\n"
        + "echo \"${COMPREPLY[*]}\"\n", to: path, mode: 0o600, replacing: false)
    #expect(output(of: "bash --norc \(path) 2>&1") == offered + "\n")
  }

  @Test(arguments: Shell.allCases)
  func `a script is valid in its shell`(shell: Shell) throws {
    guard isInstalled(shell.rawValue) else {
      print("skipped: \(shell.rawValue) is not installed")
      return
    }
    let scratch = TemporaryDirectory()
    let directory = scratch.path
    let path = directory + "/completion"
    _ = try NewFile.write(
      Completion.script(for: shell, table: CommandTable.root), to: path, mode: 0o600,
      replacing: false)
    #expect(output(of: "\(shell.rawValue) -n \(path) 2>&1") == "")
  }

  @Test(arguments: Shell.allCases)
  func `a script names every listed command and option, and no hidden one`(shell: Shell) {
    let script = Completion.script(for: shell, table: CommandTable.root)
    for name in ["serve", "upstream", "audit tail", "follow", "decision", "server", "config"] {
      #expect(script.contains(name))
    }
    #expect(!script.contains("sallyport reference"))
  }
}
