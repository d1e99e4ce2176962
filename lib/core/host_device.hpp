// Marks a function that the host and a device compile alike. Headers that a device compiler reads use it on every member.
#pragma once

#ifdef __CUDACC__
#define THALWEG_HD __host__ __device__
#else
#define THALWEG_HD
#endif

// A function that hardly any argument needs: it stays out of the loops that contain its caller.
#ifdef __CUDACC__
#define THALWEG_RARE __noinline__
#else
#define THALWEG_RARE [[gnu::noinline, gnu::cold]]
#endif

// Before a loop of at most `count` rounds: all of them written out.
#define THALWEG_PRAGMA(text) _Pragma(#text)
#ifdef __CUDACC__
#define THALWEG_UNROLL(count) THALWEG_PRAGMA(unroll)
#else
#define THALWEG_UNROLL(count) THALWEG_PRAGMA(GCC unroll count)
#endif
