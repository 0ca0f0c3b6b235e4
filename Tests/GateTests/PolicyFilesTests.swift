import Cedar
import Glibc
import Testing
import TestSupport

@testable import Gate

@Suite("Policy files")
struct PolicyFilesTests {
  private let directory = TemporaryDirectory()

  private func problems() -> [PolicyProblem] {
    do throws(PolicyFilesError) {
      _ = try PolicyFiles.load(from: directory.path)
      return []
    } catch {
      return error.problems
    }
  }

  @Test func `all files of the directory make one set, named by a digest of names and texts`()
    throws
  {
    directory.write("permit (principal, action, resource);", to: "b.cedar")
    directory.write("forbid (principal, action, resource);", to: "a.cedar")
    directory.write("not a policy", to: "README.md")
    directory.write("not a policy", to: ".hidden.cedar")
    let first = try PolicyFiles.load(from: directory.path)
    #expect(first.count == 2)
    #expect(first.version.count == 64)
    #expect(try PolicyFiles.load(from: directory.path).version == first.version)
    rename("\(directory.path)/b.cedar", "\(directory.path)/c.cedar")
    #expect(try PolicyFiles.load(from: directory.path).version != first.version)
  }

  @Test func `a policy without an id is named by its file, not by where that lies`() throws {
    directory.write("permit (principal, action, resource);", to: "a.cedar")
    let set = try PolicyFiles.load(from: directory.path).set
    #expect(set.policies.map(\.id.name) == ["a.cedar#0"])
  }

  @Test func `every error of every file is told with its place`() {
    directory.write("permit (principal, action, resource)\n", to: "a.cedar")
    directory.write("\n  allow (principal, action, resource);\n", to: "b.cedar")
    let found = problems()
    #expect(found.map(\.file) == ["a.cedar", "b.cedar"].map { "\(directory.path)/\($0)" })
    #expect(found.last?.line == 2)
    #expect(found.last?.column == 3)
    #expect(found.last?.description.hasPrefix("\(directory.path)/b.cedar:2:3: ") == true)
  }

  @Test func `a template is refused, for nothing links it`() throws {
    let error = try #require(throws: PolicyFilesError.self) {
      try Policies.parse([
        PolicySource(file: "a.cedar", text: "permit(principal == ?principal, action, resource);")
      ])
    }
    #expect(error.problems.map(\.line) == [1])
    #expect(error.description.contains("is a template"))
  }

  @Test func `two policies of one id are an error across files`() {
    directory.write(#"@id("x") permit (principal, action, resource);"#, to: "a.cedar")
    directory.write(#"@id("x") forbid (principal, action, resource);"#, to: "b.cedar")
    #expect(problems().map(\.file) == ["\(directory.path)/b.cedar"])
  }

  @Test func `no directory and no policies are told apart`() {
    #expect(problems().first?.message.hasPrefix("holds no *.cedar files") == true)
    rmdir(directory.path)
    #expect(problems().first?.message.hasPrefix("cannot be read: No such file") == true)
  }

  @Test func `what is no file, no text or too large is refused`() {
    mkdir("\(directory.path)/a.cedar", 0o700)
    #expect(problems().map(\.message) == ["not a regular file"])
    rmdir("\(directory.path)/a.cedar")
    mkfifo("\(directory.path)/a.cedar", 0o600)
    #expect(problems().map(\.message) == ["not a regular file"])
    unlink("\(directory.path)/a.cedar")
    directory.write([0xFF, 0xFE], to: "a.cedar")
    #expect(problems().map(\.message) == ["not UTF-8"])
    directory.write([UInt8](repeating: 0x20, count: PolicyFiles.fileBytesMax + 1), to: "a.cedar")
    #expect(problems().map(\.message) == ["larger than \(PolicyFiles.fileBytesMax) bytes"])
  }

  @Test func `more files than the bound are refused`() {
    for number in 0...PolicyFiles.filesMax { directory.write("", to: "\(number).cedar") }
    #expect(problems().map(\.message) == ["holds more than \(PolicyFiles.filesMax) policy files"])
  }

  @Test(
    arguments: [
      (
        #"@remedy("aproval") forbid (principal, action, resource);"#,
        """
        policy `a.cedar#0` has the unknown remedy "aproval"; expected "approval" or "step-up"; \
        did you mean "approval"?
        """
      ),
      (
        #"@id("x") @remedy forbid (principal, action, resource);"#,
        #"policy `x` has the unknown remedy ""; expected "approval" or "step-up""#
      ),
      (
        #"@id("x") @remedy("approval") permit (principal, action, resource);"#,
        "policy `x` is a permit with `@remedy`; only a forbid can be remedied"
      ),
      (
        #"@id("x") @remedy("approval") @within("9s") forbid (principal, action, resource);"#,
        #"policy `x` has `@within("9s")`; expected a duration such as "15m", from 10s to 7d"#
      ),
      (
        #"@id("x") @remedy("approval") @reason("asked") forbid (principal, action, resource);"#,
        #"policy `x` has `@reason("asked")`; expected "required""#
      ),
      (
        #"@id("x") @remedy("step-up") @max_age("5m") forbid (principal, action, resource);"#,
        "policy `x` has a `@max_age` that is no number of seconds"
      ),
    ])
  func `a remedy that is none is a problem with a place`(text: String, message: String) {
    directory.write("\n" + text, to: "a.cedar")
    let found = problems()
    #expect(found.map(\.message) == [message])
    #expect(found.first?.line == 2)
    #expect(found.first?.file.hasSuffix("/a.cedar") == true)
  }
}
