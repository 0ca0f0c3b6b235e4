import CLinux
import Glibc
import Testing

/// Runs tests on threads of their own: they wait for processes and sockets, and must not keep the
/// shared pool from the tests of other targets.
struct OwnThreads: SuiteTrait, TestTrait, TestScoping {
  let isRecursive = true

  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await function() }
    try await withTaskExecutorPreference(BlockingThreads.shared) { try await function() }
  }
}

extension Trait where Self == OwnThreads {
  static var ownThreads: OwnThreads { OwnThreads() }
}

/// A few threads that may block. As many tests as there are threads run at a time.
final class BlockingThreads: TaskExecutor, @unchecked Sendable {  // `lock` guards `jobs`
  static let shared = BlockingThreads(count: 3)

  private var jobs: [UnownedJob] = []
  private var lock = pthread_mutex_t()
  private var hasJobs = pthread_cond_t()

  private init(count: Int) {
    pthread_mutex_init(&lock, nil)
    pthread_cond_init(&hasJobs, nil)
    // A test that writes to a process that has ended gets an error, not a signal.
    signal(SIGPIPE, SIG_IGN)
    for _ in 0..<count {
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          Unmanaged<BlockingThreads>.fromOpaque(argument).takeUnretainedValue().work()
          return nil
        }, Unmanaged.passUnretained(self).toOpaque())
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    pthread_mutex_lock(&lock)
    jobs.append(job)
    pthread_cond_signal(&hasJobs)
    pthread_mutex_unlock(&lock)
  }

  private func work() {
    _ = linux_set_thread_name("end-to-end")
    while true {
      pthread_mutex_lock(&lock)
      while jobs.isEmpty { pthread_cond_wait(&hasJobs, &lock) }
      let job = jobs.removeFirst()
      pthread_mutex_unlock(&lock)
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
  }
}
