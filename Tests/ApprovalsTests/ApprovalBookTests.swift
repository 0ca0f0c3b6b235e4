import Glibc
import Identity
import Reactor
import Synchronization
import Testing

@testable import Approvals

@Suite("All approvals")
struct ApprovalBookTests {
  private let place: Place
  private let thread: BlockingThread
  private let start = Samples.start

  init() throws {
    place = Place()
    thread = try BlockingThread(name: "test")
  }

  private func open() throws -> ApprovalBook {
    try ApprovalBook(path: place.file, thread: thread)
  }

  private func request(
    _ book: ApprovalBook, _ change: (inout ApprovalTerms) -> Void = { _ in }, at: Int64? = nil,
    arguments: [UInt8] = [123, 125]
  ) async throws -> (approval: Approval, isNew: Bool) {
    var terms = Samples.terms
    change(&terms)
    let now = at ?? start
    return try await book.request(
      terms, Samples.ask(arguments: arguments), at: now, until: now + 600)
  }

  private func approve(_ book: ApprovalBook, _ id: String) async throws -> Approval {
    try await book.change(id) { approval throws(ApprovalRefusal) in
      try approval.answer(Samples.answer())
      try approval.approve(at: Samples.start + 11)
    }
  }

  @Test func `everything of an approval is there after a restart`() async throws {
    let book = try open()
    let one = try await book.request(
      Samples.terms, Samples.ask(), at: start, until: start + 600
    ).approval
    let answered = try await approve(book, one.id)
    let other = try await request(book, { $0.tool = "db__other" }).approval
    let denied = try await book.change(other.id) { approval throws(ApprovalRefusal) in
      try approval.answer(Samples.answer(.deny, reason: "not on a Friday"))
    }
    let again = try open()
    #expect(Set(again.all.map(\.id)) == [one.id, other.id])
    #expect(try again.approval(one.id) == answered)
    #expect(try again.approval(other.id) == denied)
    let used = try await again.change(one.id) { approval throws(ApprovalRefusal) in
      try approval.use(by: "c9", on: Samples.terms, at: Samples.start + 20)
    }
    #expect(try open().approval(one.id) == used)
  }

  @Test func `the same call joins what is there, another one does not`() async throws {
    let book = try open()
    let (first, isNew) = try await request(book)
    #expect(isNew)
    let (second, isSecondNew) = try await request(book, at: start + 1)
    #expect(!isSecondNew && second.id == first.id)
    let (third, isThirdNew) = try await request(book, { $0.argumentsDigest = "ab" })
    #expect(isThirdNew && third.id != first.id)
  }

  @Test func `of many that ask at once all meet in one`() async throws {
    let book = try open()
    let ids = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<20 { group.addTask { try await self.request(book).approval.id } }
      var ids: Set<String> = []
      for try await id in group { ids.insert(id) }
      return ids
    }
    #expect(ids.count == 1)
    #expect(book.all.count == 1)
  }

  @Test func `of many that use one at once one does`() async throws {
    let book = try open()
    let id = try await request(book).approval.id
    _ = try await approve(book, id)
    let users = await withTaskGroup(of: String?.self) { group in
      for number in 0..<20 {
        group.addTask {
          let used = try? await book.change(id) { approval throws(ApprovalRefusal) in
            try approval.use(by: "c\(number)", on: Samples.terms, at: Samples.start + 12)
          }
          return used == nil ? nil : "c\(number)"
        }
      }
      var users: [String] = []
      for await user in group { if let user { users.append(user) } }
      return users
    }
    #expect(users.count == 1)
    #expect(try book.approval(id).usedBy == users.first)
  }

  @Test func `a no stands until the deadline, a use or an end does not`() async throws {
    let book = try open()
    let denied = try await request(book).approval.id
    _ = try await book.change(denied) { approval throws(ApprovalRefusal) in
      try approval.answer(Samples.answer(.deny))
    }
    #expect(try await request(book, at: start + 599).approval.id == denied)
    #expect(try await request(book, at: start + 600).isNew)
    let used = try await request(book, { $0.tool = "db__used" }).approval
    _ = try await approve(book, used.id)
    _ = try await book.change(used.id) { approval throws(ApprovalRefusal) in
      try approval.use(by: "c2", on: used.terms, at: Samples.start + 12)
    }
    let next = try await request(book, { $0.tool = "db__used" }, at: start + 13)
    #expect(next.isNew)
  }

  @Test func `what waits is bounded for each agent`() async throws {
    let book = try open()
    for number in 0..<ApprovalBook.pendingPerAgentMax {
      _ = try await request(book, { $0.tool = "db__\(number)" })
    }
    await #expect(throws: ApprovalRefusal.tooManyOfAgent("ci")) {
      try await request(book, { $0.tool = "db__more" })
    }
    let known = try await request(book, { $0.tool = "db__7" })
    #expect(!known.isNew)
    let other = try await request(book, { $0.agent = "other" })
    #expect(other.isNew)
  }

  @Test func `arguments are bounded for a call and in all`() async throws {
    let book = try open()
    let large = [UInt8](repeating: 32, count: ApprovalBook.argumentBytesMax)
    await #expect(throws: ApprovalRefusal.argumentsTooLarge(large.count + 1)) {
      try await request(book, arguments: large + [32])
    }
    var shelf = ApprovalShelf()
    func put(_ number: Int, isOpen: Bool) {
      var terms = Samples.terms
      terms.tool = "db__\(number)"
      var approval = Approval(
        id: "apr_\(number)", terms: terms, ask: Samples.ask(arguments: large), requestedAt: start,
        deadline: start + 600)
      if !isOpen { _ = approval.expire(at: start + 600 + Int64(number)) }
      shelf.put(approval)
    }
    let count = ApprovalBook.argumentBytesInAllMax / large.count
    for number in 0..<count { put(number, isOpen: number > 1) }
    #expect(shelf.room(for: large.count)?.erased.map(\.id) == ["apr_0"])
    #expect(shelf.room(for: 3 * large.count) == nil)
  }

  @Test func `they are bounded in all, and the oldest that ended makes room`() {
    var shelf = ApprovalShelf()
    for number in 0..<ApprovalBook.countMax {
      var terms = Samples.terms
      terms.tool = "db__\(number)"
      shelf.put(
        Approval(
          id: "apr_\(number)", terms: terms, ask: Samples.ask(arguments: []), requestedAt: start,
          deadline: start + 600))
    }
    #expect(shelf.room(for: 0) == nil)
    for id in ["apr_5", "apr_3"] {
      guard var approval = shelf[id] else { continue }
      _ = approval.expire(at: id == "apr_3" ? start + 601 : start + 602)
      shelf.put(approval)
    }
    #expect(shelf.room(for: 0)?.removed == ["apr_3"])
  }

  @Test func `the sweep ends what is over, but not what is being answered`() async throws {
    let book = try open()
    let id = try await request(book).approval.id
    let claimed = try await request(book, { $0.tool = "db__claimed" }).approval.id
    #expect(book.claim(claimed))
    #expect(!book.claim(claimed))
    #expect(try await book.sweep(at: start + 599).isEmpty)
    #expect(try await book.sweep(at: start + 600).map(\.id) == [id])
    book.release(claimed)
    #expect(try await book.sweep(at: start + 600).map(\.id) == [claimed])
    #expect(try open().approval(id).state == .expired)
  }

  @Test func `arguments are erased in the file too, and in the end the whole`() async throws {
    let book = try open()
    let secret = "tr0ub4dor"
    let id = try await request(book, arguments: Array(#"{"pass":"\#(secret)"}"#.utf8)).approval.id
    _ = try await book.sweep(at: start + 600)
    _ = try await book.sweep(at: start + 600 + ApprovalBook.argumentsKeptTime - 1)
    #expect(try book.approval(id).ask.arguments.isEmpty == false)
    #expect(place.holds(secret))
    _ = try await book.sweep(at: start + 600 + ApprovalBook.argumentsKeptTime)
    #expect(try book.approval(id).ask.arguments.isEmpty)
    #expect(!place.holds(secret))
    #expect(try open().approval(id).ask.arguments.isEmpty)
    _ = try await book.sweep(at: start + 600 + ApprovalBook.keptTime)
    #expect(book.all.isEmpty)
    #expect(try open().all.isEmpty)
  }

  @Test func `observers hear of every change, after it is in the file`() async throws {
    let book = try open()
    let heard = Mutex<[Approval.State]>([])
    book.observe { approval in heard.withLock { $0.append(approval.state) } }
    let epoch = book.epoch
    let id = try await request(book).approval.id
    _ = try await approve(book, id)
    _ = try await book.sweep(at: start + 600)
    _ = try await book.sweep(at: start + 600 + ApprovalBook.argumentsKeptTime)
    #expect(heard.withLock { $0 } == [.pending, .approved, .expired])
    #expect(book.epoch > epoch)
  }

  @Test func `a change that is refused changes nothing`() async throws {
    let book = try open()
    let one = try await request(book).approval
    await #expect(throws: ApprovalRefusal.requester(one.id)) {
      try await book.change(one.id) { approval throws(ApprovalRefusal) in
        try approval.answer(Samples.answer())
        try approval.answer(Samples.answer(by: "alice"))
      }
    }
    #expect(try book.approval(one.id) == one)
    #expect(try open().approval(one.id) == one)
  }

  @Test func `a file that is no file of approvals, or of a later version, is not opened`() throws {
    let descriptor = Glibc.open(place.file, O_WRONLY | O_CREAT, 0o600)
    let text = Array(String(repeating: "no database\n", count: 100).utf8)
    #expect(write(descriptor, text, text.count) == text.count)
    close(descriptor)
    #expect(throws: ApprovalRefusal.self) { try open() }
  }
}
