; ModuleID = 'sbf_rt_thunks'
target datalayout = "e-m:e-p:64:64-i64:64-i128:128-n32:64-S128"
target triple = "bpfel"

declare void @__sbf_mul(ptr, i64, i64, i64, i64)
declare void @__sbf_udivmod(ptr, i64, i64, i64, i64)
declare void @__sbf_divmod(ptr, i64, i64, i64, i64)

define i128 @__multi3(i128 %a, i128 %b) nounwind {
  %o = alloca [2 x i128], align 16
  %al = trunc i128 %a to i64
  %a1 = lshr i128 %a, 64
  %ah = trunc i128 %a1 to i64
  %bl = trunc i128 %b to i64
  %b1 = lshr i128 %b, 64
  %bh = trunc i128 %b1 to i64
  call void @__sbf_mul(ptr %o, i64 %al, i64 %ah, i64 %bl, i64 %bh)
  %p = getelementptr inbounds i128, ptr %o, i64 0
  %r = load i128, ptr %p, align 16
  ret i128 %r
}

define i128 @__udivti3(i128 %a, i128 %b) nounwind {
  %o = alloca [2 x i128], align 16
  %al = trunc i128 %a to i64
  %a1 = lshr i128 %a, 64
  %ah = trunc i128 %a1 to i64
  %bl = trunc i128 %b to i64
  %b1 = lshr i128 %b, 64
  %bh = trunc i128 %b1 to i64
  call void @__sbf_udivmod(ptr %o, i64 %al, i64 %ah, i64 %bl, i64 %bh)
  %p = getelementptr inbounds i128, ptr %o, i64 0
  %r = load i128, ptr %p, align 16
  ret i128 %r
}

define i128 @__umodti3(i128 %a, i128 %b) nounwind {
  %o = alloca [2 x i128], align 16
  %al = trunc i128 %a to i64
  %a1 = lshr i128 %a, 64
  %ah = trunc i128 %a1 to i64
  %bl = trunc i128 %b to i64
  %b1 = lshr i128 %b, 64
  %bh = trunc i128 %b1 to i64
  call void @__sbf_udivmod(ptr %o, i64 %al, i64 %ah, i64 %bl, i64 %bh)
  %p = getelementptr inbounds i128, ptr %o, i64 1
  %r = load i128, ptr %p, align 16
  ret i128 %r
}

define i128 @__divti3(i128 %a, i128 %b) nounwind {
  %o = alloca [2 x i128], align 16
  %al = trunc i128 %a to i64
  %a1 = lshr i128 %a, 64
  %ah = trunc i128 %a1 to i64
  %bl = trunc i128 %b to i64
  %b1 = lshr i128 %b, 64
  %bh = trunc i128 %b1 to i64
  call void @__sbf_divmod(ptr %o, i64 %al, i64 %ah, i64 %bl, i64 %bh)
  %p = getelementptr inbounds i128, ptr %o, i64 0
  %r = load i128, ptr %p, align 16
  ret i128 %r
}

define i128 @__modti3(i128 %a, i128 %b) nounwind {
  %o = alloca [2 x i128], align 16
  %al = trunc i128 %a to i64
  %a1 = lshr i128 %a, 64
  %ah = trunc i128 %a1 to i64
  %bl = trunc i128 %b to i64
  %b1 = lshr i128 %b, 64
  %bh = trunc i128 %b1 to i64
  call void @__sbf_divmod(ptr %o, i64 %al, i64 %ah, i64 %bl, i64 %bh)
  %p = getelementptr inbounds i128, ptr %o, i64 1
  %r = load i128, ptr %p, align 16
  ret i128 %r
}

; A cdylib without an entrypoint (some dependencies are) has no panic hook of its own.
define weak void @custom_panic(ptr %info) nounwind {
  ret void
}
