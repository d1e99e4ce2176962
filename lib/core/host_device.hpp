// Marks a function that the host and a device compile alike. Headers that a device compiler reads use it on every member.
#pragma once

#ifdef __CUDACC__
#define THALWEG_HD __host__ __device__
#else
#define THALWEG_HD
#endif
